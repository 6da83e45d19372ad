package org.kronocyte.board;

import java.util.Optional;
import java.util.OptionalDouble;

/** What the board offers; a part that isn't there is empty, never imitated. Any thread. */
public interface Board extends AutoCloseable {
  /** What this is, for logs and status, e.g. {@code Raspberry Pi 5, button BCM 17, lamp BCM 27}. */
  String describe();

  /** Whether button and lamp exist in memory only. */
  boolean simulated();

  /** The button, the same object every time. */
  Optional<StartStopButton> button();

  /** The lamp, the same object every time. */
  Optional<StatusLamp> lamp();

  /** Temperature of the processor in degrees Celsius; empty if the board doesn't tell. */
  OptionalDouble temperatureCelsius();

  /** State of the power supply and of throttling; empty if the board doesn't tell. */
  Optional<Throttling> throttling();

  /** Turns the lamp dark and lets go of the pins; no press is told afterwards. */
  @Override
  void close();
}
