package org.kronocyte.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class ThreadSchedulerTest {
  @Test
  void runsOnItsOwnThreadEvenAfterAFailure() throws InterruptedException {
    AtomicReference<String> thread = new AtomicReference<>();
    CountDownLatch ran = new CountDownLatch(1);
    try (ThreadScheduler scheduler = new ThreadScheduler()) {
      scheduler.after(
          Duration.ZERO,
          () -> {
            throw new IllegalStateException("on purpose");
          });
      scheduler.after(
          Duration.ofMillis(1),
          () -> {
            thread.set(Thread.currentThread().getName());
            ran.countDown();
          });
      assertTrue(ran.await(5, TimeUnit.SECONDS));
    }
    assertEquals("board", thread.get());
  }

  @Test
  void cancelledAndLateTimersDoNotRun() throws InterruptedException {
    CountDownLatch later = new CountDownLatch(1);
    AtomicReference<String> wrong = new AtomicReference<>();
    ThreadScheduler scheduler = new ThreadScheduler();
    scheduler.after(Duration.ofMillis(20), () -> wrong.set("cancelled")).cancel();
    scheduler.after(Duration.ofMillis(40), later::countDown);
    assertTrue(later.await(5, TimeUnit.SECONDS));
    scheduler.close();
    scheduler.after(Duration.ZERO, () -> wrong.set("after closing"));
    assertEquals(null, wrong.get());
  }
}
