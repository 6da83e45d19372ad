package org.kronocyte.publish;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Counts what is sent in periods of 24 hours by a clock that only runs forward, so that setting the
 * wall clock opens no second budget. The count goes on after a restart. It is written down ahead, a
 * step at a time: after a power cut it may be a step too high, never too low. Not thread-safe.
 */
final class DayMeter {
  private static final Duration DAY = Duration.ofDays(1);
  private static final long LARGEST_STEP = 1024 * 1024;
  private static final int STEPS_A_DAY = 64;

  private final long allowed;
  private final long step;
  private final LongSupplier nanoTime;
  private final DayLedger ledger;
  private long began;
  private long spent;
  private long written;

  /**
   * @param allowed bytes in a period; {@link Long#MAX_VALUE} for any number
   */
  DayMeter(long allowed, LongSupplier nanoTime, DayLedger ledger) {
    this.allowed = allowed;
    this.step = Math.min(LARGEST_STEP, allowed / STEPS_A_DAY);
    this.nanoTime = nanoTime;
    this.ledger = ledger;
    this.began = nanoTime.getAsLong();
    DayLedger.Page last = ledger.load();
    if (last.into().compareTo(DAY) < 0) {
      began -= last.into().toNanos();
      spent = last.spent();
      written = spent;
    }
  }

  /** To be called before the bytes go. */
  void spend(long bytes) {
    roll();
    spent += bytes;
    if (spent > written) {
      write(spent + step);
    }
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
    return DAY.minus(into());
  }

  /** Writes down the exact count; nothing is sent after it. */
  void close() {
    roll();
    if (written > 0) {
      write(spent);
    }
  }

  private void write(long bytes) {
    written = bytes;
    ledger.save(new DayLedger.Page(bytes, into()));
  }

  private Duration into() {
    return Duration.ofNanos(nanoTime.getAsLong() - began);
  }

  private void roll() {
    long days = into().dividedBy(DAY);
    if (days > 0) {
      began += days * DAY.toNanos();
      spent = 0;
      written = 0;
    }
  }
}
