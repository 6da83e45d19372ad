package org.kronocyte.camera;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.LongSupplier;

/** Holds a source to a number of frames a second. One thread. */
public final class Pace {
  private final Duration period;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Sleeper sleeper;
  private long dueNanos;

  /**
   * @param period time from frame to frame; zero for as fast as they are asked for
   * @param clock tells when a frame was taken
   * @param nanoTime a clock that nobody can set; waits are counted on it
   */
  public Pace(Duration period, InstantSource clock, LongSupplier nanoTime, Sleeper sleeper) {
    if (period.isNegative()) {
      throw new IllegalArgumentException("the time between frames can't be " + period);
    }
    this.period = period;
    this.clock = Objects.requireNonNull(clock, "clock");
    this.nanoTime = Objects.requireNonNull(nanoTime, "nanoTime");
    this.dueNanos = nanoTime.getAsLong();
    this.sleeper = Objects.requireNonNull(sleeper, "sleeper");
  }

  /** No waiting at all. */
  public static Pace unpaced(InstantSource clock) {
    return new Pace(Duration.ZERO, clock, System::nanoTime, Sleeper.REAL);
  }

  /**
   * Waits until the next frame is due, at most for the timeout.
   *
   * @return false if the timeout came first
   */
  public boolean await(Duration timeout) throws InterruptedException {
    long now = nanoTime.getAsLong();
    if (dueNanos - now > 0) {
      Duration wait = Duration.ofNanos(dueNanos - now);
      if (wait.compareTo(timeout) > 0) {
        sleeper.sleep(timeout);
        return false;
      }
      sleeper.sleep(wait);
      now = dueNanos;
    }
    dueNanos = now + period.toNanos();
    return true;
  }

  Instant now() {
    return clock.instant();
  }
}
