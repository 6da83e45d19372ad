package org.kronocyte.board;

/** The one lamp of the device. Any thread. */
public interface StatusLamp {
  /** Shows a state until another is shown; the same state again doesn't restart its rhythm. */
  void show(LampState state);
}
