package org.kronocyte.board;

import java.util.function.Consumer;

/** The one button of the device. */
public interface StartStopButton {
  /**
   * Sets who is told of presses; replaces the one before. Bouncing is filtered out, and a button
   * held down when the board was opened counts from the next time it is pressed.
   *
   * @param listener called on the scheduler's thread; must return quickly
   */
  void onPress(Consumer<Press> listener);
}
