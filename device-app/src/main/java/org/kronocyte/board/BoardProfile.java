package org.kronocyte.board;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.kronocyte.config.BoardDefaults;

/**
 * A board as described by its YAML file; {@code board-profile.schema.json} in firmware-config says
 * what the keys mean.
 *
 * @param name the profile's own name
 * @param title what to call the board to people
 * @param architecture rule: {@code os.arch} must be this
 * @param compatible rule: the device tree must have one of these; empty for no rule
 * @param gpio pins; empty if the board has none
 * @param defaults camera and threads
 * @param temperatureZone type of the processor's thermal zone
 * @param throttledFiles absolute paths, the first that exists is read
 * @param powerNote what to mind about the supply
 */
public record BoardProfile(
    String name,
    String title,
    Optional<String> architecture,
    List<String> compatible,
    Optional<Gpio> gpio,
    BoardDefaults defaults,
    Optional<String> temperatureZone,
    List<Path> throttledFiles,
    Optional<String> powerNote) {

  public BoardProfile {
    compatible = List.copyOf(compatible);
    throttledFiles = List.copyOf(throttledFiles);
  }

  /** Resistor inside the chip. */
  public enum Pull {
    UP,
    DOWN,
    OFF
  }

  /**
   * The pins.
   *
   * @param chipLabel label of the GPIO chip, e.g. {@code pinctrl-rp1}
   */
  public record Gpio(String chipLabel, Button button, Lamp lamp) {}

  /**
   * The start/stop button.
   *
   * @param bcm line of the chip
   * @param headerPin pin of the 40-pin header, for messages to people
   * @param activeLow whether pressed is low
   * @param debounce how long a level must stay to count
   * @param longPress from here on a press is a long one
   */
  public record Button(
      int bcm,
      int headerPin,
      boolean activeLow,
      Pull pull,
      Duration debounce,
      Duration longPress) {}

  /**
   * The status lamp.
   *
   * @param bcm line of the chip
   * @param headerPin pin of the 40-pin header, for messages to people
   * @param activeLow whether lit is low
   */
  public record Lamp(int bcm, int headerPin, boolean activeLow) {}

  /** Whether every rule of this profile holds for a machine. */
  public boolean matches(Machine machine) {
    return architecture.map(machine.architecture()::equals).orElse(true)
        && (compatible.isEmpty() || compatible.stream().anyMatch(machine.compatible()::contains));
  }
}
