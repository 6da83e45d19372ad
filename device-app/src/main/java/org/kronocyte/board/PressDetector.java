package org.kronocyte.board;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Makes presses out of a bouncing contact: a level counts once it has stayed for the debounce time;
 * held for the long-press time it is a long press, let go before a short one.
 */
final class PressDetector implements StartStopButton, AutoCloseable {
  private final Duration debounce;
  private final Duration longPress;
  private final Scheduler scheduler;

  private Consumer<Press> listener = press -> {};
  private boolean level;
  private boolean settled;
  private boolean longTold;
  private boolean closed;
  private Scheduler.Timer settling = () -> {};
  private Scheduler.Timer holding = () -> {};

  PressDetector(Duration debounce, Duration longPress, Scheduler scheduler) {
    this.debounce = debounce;
    this.longPress = longPress;
    this.scheduler = scheduler;
  }

  @Override
  public synchronized void onPress(Consumer<Press> newListener) {
    listener = Objects.requireNonNull(newListener, "listener");
  }

  /** Takes the contact's level at each edge; any thread. */
  synchronized void level(boolean pressed) {
    if (closed) {
      return;
    }
    level = pressed;
    settling.cancel();
    settling = scheduler.after(debounce, this::settle);
  }

  private void settle() {
    Consumer<Press> told;
    synchronized (this) {
      if (closed || level == settled) {
        return;
      }
      settled = level;
      if (settled) {
        longTold = false;
        holding = scheduler.after(longPress.minus(debounce), this::held);
        return;
      }
      holding.cancel();
      if (longTold) {
        return;
      }
      told = listener;
    }
    told.accept(Press.SHORT); // Outside the lock: the listener may call back.
  }

  private void held() {
    Consumer<Press> told;
    synchronized (this) {
      if (closed || !settled) {
        return;
      }
      longTold = true;
      told = listener;
    }
    told.accept(Press.LONG);
  }

  @Override
  public synchronized void close() {
    closed = true;
    settling.cancel();
    holding.cancel();
  }
}
