package org.kronocyte.camera;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Growing waits between attempts: doubles from half a second to 30 s, each spread from half to the
 * whole so that several devices on one hub don't try at once.
 */
final class BackOff {
  static final Duration FIRST = Duration.ofMillis(500);
  static final Duration CAP = Duration.ofSeconds(30);

  private final RandomGenerator random;
  private int failures;

  BackOff(RandomGenerator random) {
    this.random = random;
  }

  /** The wait after one more failure. */
  Duration next() {
    long full = Math.min(CAP.toMillis(), FIRST.toMillis() << Math.min(failures, 16));
    failures++;
    return Duration.ofMillis(Math.round(full * (0.5 + 0.5 * random.nextDouble())));
  }

  int failures() {
    return failures;
  }

  void reset() {
    failures = 0;
  }
}
