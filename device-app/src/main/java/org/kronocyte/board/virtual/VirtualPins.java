package org.kronocyte.board.virtual;

import java.util.function.Consumer;
import org.kronocyte.board.GpioPins;

/** Pins in memory. Any thread. */
final class VirtualPins implements GpioPins {
  private Consumer<Boolean> edges = pressed -> {};
  private boolean lit;
  private boolean open = true;

  @Override
  public synchronized void onButtonEdge(Consumer<Boolean> pressed) {
    edges = pressed;
  }

  @Override
  public Lamp lamp() {
    return this::light;
  }

  private synchronized void light(boolean on) {
    if (open) {
      lit = on;
    }
  }

  synchronized boolean lit() {
    return lit;
  }

  void button(boolean pressed) {
    Consumer<Boolean> told;
    synchronized (this) {
      if (!open) {
        return;
      }
      told = edges;
    }
    told.accept(pressed);
  }

  @Override
  public boolean simulated() {
    return true;
  }

  @Override
  public synchronized void close() {
    open = false;
  }
}
