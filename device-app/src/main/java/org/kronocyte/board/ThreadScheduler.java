package org.kronocyte.board;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A scheduler with one daemon thread. After {@link #close()} nothing runs any more. */
public final class ThreadScheduler implements Scheduler, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ThreadScheduler.class);

  private final ScheduledThreadPoolExecutor executor;

  public ThreadScheduler() {
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "board");
              thread.setDaemon(true);
              return thread;
            },
            (task, pool) -> LOG.debug("board timer after closing dropped"));
    executor.setRemoveOnCancelPolicy(true);
  }

  @Override
  public Timer after(Duration delay, Runnable action) {
    Future<?> future =
        executor.schedule(() -> runLogged(action), delay.toNanos(), TimeUnit.NANOSECONDS);
    return () -> future.cancel(false);
  }

  /** An executor keeps what a task throws to itself; here it must be seen. */
  private static void runLogged(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      LOG.error("board action failed", e);
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
