package org.kronocyte.publish;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for what another thread or process is about to do. */
public final class Await {
  private Await() {}

  public static void until(String what, Duration limit, Callable<Boolean> condition)
      throws Exception {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() - end > 0) {
        fail("not within " + limit + ": " + what);
      }
      Thread.sleep(5);
    }
  }

  public static void until(String what, Callable<Boolean> condition) throws Exception {
    until(what, Duration.ofSeconds(5), condition);
  }
}
