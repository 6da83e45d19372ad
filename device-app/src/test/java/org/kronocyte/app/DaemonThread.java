package org.kronocyte.app;

import org.kronocyte.problem.ProblemException;

/** Runs a daemon beside a test. */
final class DaemonThread {
  private DaemonThread() {}

  /** The thread that runs it; it ends when the source ends or the daemon is told to stop. */
  static Thread start(Daemon daemon) {
    Thread run =
        new Thread(
            () -> {
              try {
                daemon.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (ProblemException e) {
                throw new IllegalStateException(e);
              }
            });
    run.start();
    return run;
  }
}
