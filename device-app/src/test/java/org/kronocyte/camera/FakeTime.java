package org.kronocyte.camera;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** A clock that only moves when somebody sleeps, or sets it. */
final class FakeTime implements InstantSource, LongSupplier, Sleeper {
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  /** Near the overflow: System.nanoTime may have any value. */
  private long nanos = Long.MAX_VALUE - 1_000_000_000L;

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public void sleep(Duration duration) {
    now = now.plus(duration);
    nanos += duration.toNanos();
  }

  @Override
  public long getAsLong() {
    return nanos;
  }

  /** Sets the wall clock back. */
  void setBack(Duration by) {
    now = now.minus(by);
  }
}
