package org.kronocyte.camera;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that only moves when somebody sleeps. */
final class FakeTime implements InstantSource, Sleeper {
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public void sleep(Duration duration) {
    now = now.plus(duration);
  }
}
