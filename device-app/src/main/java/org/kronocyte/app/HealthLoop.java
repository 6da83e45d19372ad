package org.kronocyte.app;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the device's health at fixed intervals, on a thread of its own. */
final class HealthLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HealthLoop.class);

  private final ScheduledExecutorService executor =
      Executors.newScheduledThreadPool(
          2,
          work -> {
            Thread thread = new Thread(work, "health");
            thread.setDaemon(true);
            return thread;
          });

  /** Reports figures, first at once. */
  void report(
      Duration interval, Supplier<Map<String, Object>> figures, Consumer<Map<String, Object>> to) {
    repeat(interval, () -> to.accept(figures.get()));
  }

  /** Repeats any quick check, first at once. */
  void repeat(Duration interval, Runnable check) {
    var unused =
        executor.scheduleAtFixedRate(
            () -> guarded(check), 0, interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Does something quick once, later. */
  void after(Duration wait, Runnable work) {
    var unused = executor.schedule(() -> guarded(work), wait.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** A scheduled task that throws is never run again; one bad reading must not end all. */
  private static void guarded(Runnable check) {
    try {
      check.run();
    } catch (RuntimeException e) {
      LOG.error("a health check failed", e);
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
