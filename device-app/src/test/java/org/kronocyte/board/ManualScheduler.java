package org.kronocyte.board;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that moves when the test says so. One thread. */
public final class ManualScheduler implements Scheduler {
  private record Due(long atNanos, long order, Runnable action) {}

  private final PriorityQueue<Due> queue =
      new PriorityQueue<>(Comparator.comparingLong(Due::atNanos).thenComparingLong(Due::order));
  private long nowNanos;
  private long order;

  @Override
  public Timer after(Duration delay, Runnable action) {
    Due due = new Due(nowNanos + delay.toNanos(), order++, action);
    queue.add(due);
    return () -> queue.remove(due);
  }

  /** Runs everything that falls due within the next milliseconds, the last one included. */
  public void advanceMs(long ms) {
    long end = nowNanos + ms * 1_000_000;
    while (!queue.isEmpty() && queue.peek().atNanos() <= end) {
      Due due = queue.remove();
      nowNanos = due.atNanos();
      due.action().run();
    }
    nowNanos = end;
  }

  /** How many timers are still waiting. */
  public int waiting() {
    return queue.size();
  }
}
