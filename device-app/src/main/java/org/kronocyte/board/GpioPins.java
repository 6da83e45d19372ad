package org.kronocyte.board;

import java.util.function.Consumer;

/** The two pins of a board, as bare levels; polarity is already taken care of. */
public interface GpioPins extends AutoCloseable {
  /** An output. Any thread. */
  @FunctionalInterface
  interface Lamp {
    /** Lights the lamp or turns it dark; a failure is logged, as nobody could do more. */
    void set(boolean lit);
  }

  /**
   * Sets who is told of the button's edges, bouncing included.
   *
   * @param pressed called on any thread with true when pressed
   */
  void onButtonEdge(Consumer<Boolean> pressed);

  /** The lamp's output. */
  Lamp lamp();

  /** Whether the pins exist in memory only. */
  boolean simulated();

  /** Lets go of the pins. */
  @Override
  void close();
}
