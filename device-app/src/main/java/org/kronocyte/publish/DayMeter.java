package org.kronocyte.publish;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Counts what is sent in periods of 24 hours by a clock that only runs forward, so that setting the
 * wall clock opens no second budget. The count begins anew with the program. Not thread-safe.
 */
final class DayMeter {
  private static final long DAY = Duration.ofDays(1).toNanos();

  private final long allowed;
  private final LongSupplier nanoTime;
  private long began;
  private long spent;

  /**
   * @param allowed bytes in a period; {@link Long#MAX_VALUE} for any number
   */
  DayMeter(long allowed, LongSupplier nanoTime) {
    this.allowed = allowed;
    this.nanoTime = nanoTime;
    this.began = nanoTime.getAsLong();
  }

  void spend(long bytes) {
    roll();
    spent += bytes;
  }

  boolean exhausted() {
    roll();
    return spent >= allowed;
  }

  long spent() {
    roll();
    return spent;
  }

  Duration untilNextDay() {
    roll();
    return Duration.ofNanos(DAY - (nanoTime.getAsLong() - began));
  }

  private void roll() {
    long days = (nanoTime.getAsLong() - began) / DAY;
    if (days > 0) {
      began += days * DAY;
      spent = 0;
    }
  }
}
