package org.kronocyte.camera;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;

/** Holds a source to a number of frames a second. One thread. */
public final class Pace {
  private final Duration period;
  private final InstantSource clock;
  private final Sleeper sleeper;
  private Instant due = Instant.MIN;

  /**
   * @param period time from frame to frame; zero for as fast as they are asked for
   */
  public Pace(Duration period, InstantSource clock, Sleeper sleeper) {
    if (period.isNegative()) {
      throw new IllegalArgumentException("the time between frames can't be " + period);
    }
    this.period = period;
    this.clock = Objects.requireNonNull(clock, "clock");
    this.sleeper = Objects.requireNonNull(sleeper, "sleeper");
  }

  /** No waiting at all. */
  public static Pace unpaced(InstantSource clock) {
    return new Pace(Duration.ZERO, clock, Sleeper.REAL);
  }

  /**
   * Waits until the next frame is due, at most for the timeout.
   *
   * @return false if the timeout came first
   */
  public boolean await(Duration timeout) throws InterruptedException {
    Instant now = clock.instant();
    if (due.isAfter(now)) {
      Duration wait = Duration.between(now, due);
      if (wait.compareTo(timeout) > 0) {
        sleeper.sleep(timeout);
        return false;
      }
      sleeper.sleep(wait);
      now = due;
    }
    due = now.plus(period);
    return true;
  }

  Instant now() {
    return clock.instant();
  }
}
