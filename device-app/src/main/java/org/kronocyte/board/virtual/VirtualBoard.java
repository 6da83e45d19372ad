package org.kronocyte.board.virtual;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.kronocyte.board.Board;
import org.kronocyte.board.BoardProfile;
import org.kronocyte.board.LampState;
import org.kronocyte.board.Machine;
import org.kronocyte.board.ProfiledBoard;
import org.kronocyte.board.Scheduler;
import org.kronocyte.board.StartStopButton;
import org.kronocyte.board.StatusLamp;
import org.kronocyte.board.Throttling;

/** A board whose button is pressed by the program and whose lamp can be looked at. Any thread. */
public final class VirtualBoard implements Board {
  /** The recorded states start anew at this number; a demonstration may run for days. */
  static final int MAX_RECORDED = 1000;

  private final VirtualPins pins = new VirtualPins();
  private final ProfiledBoard board;
  private final Optional<StatusLamp> lamp;
  private final List<LampState> shown = new ArrayList<>();

  /**
   * @param profile one with pins; its debounce and long-press times rule here too
   */
  public VirtualBoard(BoardProfile profile, Machine machine, Scheduler scheduler) {
    board = new ProfiledBoard(profile, machine, Optional.of(pins), scheduler);
    lamp = board.lamp().map(real -> state -> record(real, state));
  }

  private void record(StatusLamp real, LampState state) {
    synchronized (shown) {
      if (shown.size() == MAX_RECORDED) {
        shown.clear();
      }
      shown.add(state);
    }
    real.show(state);
  }

  /** Presses the button down; it stays down until {@link #release()}. */
  public void press() {
    pins.button(true);
  }

  /** Lets the button go. */
  public void release() {
    pins.button(false);
  }

  /** The states asked for so far, oldest first. */
  public List<LampState> shown() {
    synchronized (shown) {
      return List.copyOf(shown);
    }
  }

  /** Whether the lamp is lit at this moment of its rhythm. */
  public boolean lit() {
    return pins.lit();
  }

  @Override
  public String describe() {
    return board.describe();
  }

  @Override
  public boolean simulated() {
    return true;
  }

  @Override
  public Optional<StartStopButton> button() {
    return board.button();
  }

  @Override
  public Optional<StatusLamp> lamp() {
    return lamp;
  }

  @Override
  public OptionalDouble temperatureCelsius() {
    return board.temperatureCelsius();
  }

  @Override
  public Optional<Throttling> throttling() {
    return board.throttling();
  }

  @Override
  public void close() {
    board.close();
  }
}
