package org.kronocyte.publish;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Work left for one thread by all others. */
final class Inbox {
  private final BlockingQueue<Runnable> work = new LinkedBlockingQueue<>();

  /** Returns at once. Any thread. */
  void add(Runnable piece) {
    work.add(piece);
  }

  /** Does what there is. */
  void handleAll() {
    for (Runnable piece = work.poll(); piece != null; piece = work.poll()) {
      piece.run();
    }
  }

  /** Waits for work, at most so long, and does what there is. */
  void handleFor(Duration limit) throws InterruptedException {
    Runnable piece = work.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
    if (piece != null) {
      piece.run();
      handleAll();
    }
  }

  /** Handles work until the time is over, or until something says to stop. */
  void handleAllFor(Duration wait, BooleanSupplier stop) throws InterruptedException {
    long until = System.nanoTime() + wait.toNanos();
    long left = wait.toNanos();
    while (left > 0 && !stop.getAsBoolean()) {
      handleFor(Duration.ofNanos(left));
      left = until - System.nanoTime();
    }
  }
}
