package org.kronocyte.board;

import java.time.Duration;

/** Runs things later, one at a time; replaced by hand-moved time in tests. */
public interface Scheduler {
  /** Something that was going to happen. */
  @FunctionalInterface
  interface Timer {
    /** Makes it not happen, unless it has already begun. */
    void cancel();
  }

  /** Runs the action once, on this scheduler's thread. */
  Timer after(Duration delay, Runnable action);
}
