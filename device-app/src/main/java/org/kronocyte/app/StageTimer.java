package org.kronocyte.app;

import org.kronocyte.problem.ProblemException;

/** Told how long each stage of a field took. */
public interface StageTimer {
  /** Measures nothing. */
  StageTimer NONE = (stage, nanos) -> {};

  /**
   * One stage of one field is done.
   *
   * @param stage short lower-case name
   */
  void took(String stage, long nanos);

  /** Work that may fail with a problem. */
  interface Work<T> {
    T run() throws ProblemException;
  }

  /** Does the work and reports its time, also when it fails. */
  default <T> T time(String stage, Work<T> work) throws ProblemException {
    long start = System.nanoTime();
    try {
      return work.run();
    } finally {
      took(stage, System.nanoTime() - start);
    }
  }
}
