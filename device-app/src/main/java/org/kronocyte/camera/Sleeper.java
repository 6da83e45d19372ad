package org.kronocyte.camera;

import java.time.Duration;

/** Waiting, passed in so that a test needn't. */
@FunctionalInterface
public interface Sleeper {
  /** Real time. */
  Sleeper REAL = duration -> Thread.sleep(duration.toMillis());

  void sleep(Duration duration) throws InterruptedException;
}
