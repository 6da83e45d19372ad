package org.kronocyte.board;

import java.util.Optional;
import java.util.OptionalDouble;

/** A board as its profile describes it, with pins if it has some. */
public final class ProfiledBoard implements Board {
  private final BoardProfile profile;
  private final SensorFiles sensors;
  private final Optional<GpioPins> pins;
  private final Optional<PressDetector> button;
  private final Optional<BlinkingLamp> lamp;

  /**
   * @param pins what to drive if the profile has a section {@code gpio}; empty otherwise; closed
   *     with this board
   * @param scheduler for debouncing and blinking; outlives this board
   */
  public ProfiledBoard(
      BoardProfile profile, Machine machine, Optional<GpioPins> pins, Scheduler scheduler) {
    if (pins.isPresent() != profile.gpio().isPresent()) {
      throw new IllegalArgumentException(
          "profile " + profile.name() + " and the pins given disagree about GPIO");
    }
    this.profile = profile;
    this.pins = pins;
    sensors = new SensorFiles(profile, machine.root());
    button =
        profile
            .gpio()
            .map(g -> new PressDetector(g.button().debounce(), g.button().longPress(), scheduler));
    lamp = pins.map(p -> new BlinkingLamp(p.lamp(), scheduler));
    pins.ifPresent(p -> p.onButtonEdge(pressed -> button.orElseThrow().level(pressed)));
  }

  @Override
  public String describe() {
    String parts =
        profile
            .gpio()
            .map(g -> "button BCM " + g.button().bcm() + ", lamp BCM " + g.lamp().bcm())
            .orElse("no button, no lamp");
    return profile.title() + ", " + parts + (simulated() ? " (simulated)" : "");
  }

  @Override
  public boolean simulated() {
    return pins.map(GpioPins::simulated).orElse(false);
  }

  @Override
  public Optional<StartStopButton> button() {
    return button.map(StartStopButton.class::cast);
  }

  @Override
  public Optional<StatusLamp> lamp() {
    return lamp.map(StatusLamp.class::cast);
  }

  @Override
  public OptionalDouble temperatureCelsius() {
    return sensors.temperatureCelsius();
  }

  @Override
  public Optional<Throttling> throttling() {
    return sensors.throttling();
  }

  @Override
  public void close() {
    button.ifPresent(PressDetector::close);
    lamp.ifPresent(BlinkingLamp::close);
    pins.ifPresent(GpioPins::close);
  }
}
