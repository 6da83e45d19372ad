package org.kronocyte.board;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kronocyte.board.BoardProfile.Pull;
import org.kronocyte.config.BoardDefaults;
import org.kronocyte.config.yaml.Values;
import org.kronocyte.config.yaml.YamlSection;

/** Reads a profile from its outermost section; bounds are those of the schema. */
final class BoardProfileReader {
  static final String SCHEMA = "kronocyte/board-profile/1";

  private static final int MAX_CHIP_LABEL = 31;
  private static final int MAX_TEMPERATURE_ZONE = 40;

  private BoardProfileReader() {}

  static BoardProfile read(YamlSection root) {
    for (String key :
        List.of("schema", "name", "title", "match", "camera", "accelerator", "threads")) {
      root.require(key, "see a shipped profile", "…");
    }
    constant(root, "schema", SCHEMA);
    constant(root, "accelerator", "none");
    YamlSection match = root.section("match");
    YamlSection sensors = root.section("sensors");
    BoardProfile profile =
        new BoardProfile(
            Values.id(root, "name", "my-board").orElse(""),
            Values.text(root, "title", 80, "My board").orElse(""),
            architecture(match),
            match.words("compatible", "[\"vendor,board\"]"),
            root.has("gpio") ? Optional.of(gpio(root.section("gpio"))) : Optional.empty(),
            defaults(root.section("camera"), root.section("threads")),
            word(sensors, "temperature_zone", MAX_TEMPERATURE_ZONE, "cpu-thermal"),
            paths(sensors, "throttled_files"),
            Values.text(root, "power_note", 300, "5 V at 3 A"));
    if (!match.has("architecture") && !match.has("compatible")) {
      match.require("architecture", "or 'compatible'", "aarch64");
    }
    match.finish();
    sensors.finish();
    root.finish();
    return profile;
  }

  private static Optional<String> architecture(YamlSection in) {
    return in.value(
        "architecture",
        "aarch64 or amd64",
        "aarch64",
        text -> Optional.of(text).filter(t -> t.equals("aarch64") || t.equals("amd64")));
  }

  private static BoardProfile.Gpio gpio(YamlSection in) {
    in.require("chip_label", "the label gpiodetect prints", "pinctrl-rp1");
    BoardProfile.Gpio gpio =
        new BoardProfile.Gpio(
            word(in, "chip_label", MAX_CHIP_LABEL, "pinctrl-rp1").orElse(""),
            button(in.section("start_stop_button")),
            lamp(in.section("status_lamp")));
    in.finish();
    return gpio;
  }

  private static BoardProfile.Button button(YamlSection in) {
    in.require("pull", "the resistor inside the chip", "up");
    BoardProfile.Button button =
        new BoardProfile.Button(
            required(in, "bcm", 0, 27, 17),
            required(in, "header_pin", 1, 40, 11),
            activeLow(in, true),
            Values.choice(in, "pull", Pull.class).orElse(Pull.UP),
            Duration.ofMillis(required(in, "debounce_ms", 1, 500, 30)),
            Duration.ofMillis(required(in, "long_press_ms", 500, 10_000, 1500)));
    in.finish();
    return button;
  }

  private static BoardProfile.Lamp lamp(YamlSection in) {
    BoardProfile.Lamp lamp =
        new BoardProfile.Lamp(
            required(in, "bcm", 0, 27, 27),
            required(in, "header_pin", 1, 40, 13),
            activeLow(in, false));
    in.finish();
    return lamp;
  }

  private static boolean activeLow(YamlSection in, boolean example) {
    in.require("active_low", "the polarity", String.valueOf(example));
    return Values.flag(in, "active_low", example).orElse(example);
  }

  private static BoardDefaults defaults(YamlSection camera, YamlSection threads) {
    camera.require("device", "the camera's device file", "/dev/video0");
    BoardDefaults generic = BoardDefaults.GENERIC;
    BoardDefaults defaults =
        new BoardDefaults(
            Values.path(camera, "device", "/dev/video0").orElse(generic.videoDevice()),
            required(camera, "width_px", 64, 8192, generic.widthPx()),
            required(camera, "height_px", 64, 8192, generic.heightPx()),
            required(camera, "fps", 1, 120, generic.fps()),
            required(threads, "inference", 1, 8, generic.inferenceThreads()));
    camera.finish();
    threads.finish();
    return defaults;
  }

  private static int required(YamlSection in, String key, int min, int max, int example) {
    in.require(key, "a whole number", String.valueOf(example));
    // An absent value is a noted problem, so the example never leaves this package.
    return Values.integer(in, key, min, max, example).orElse(example);
  }

  private static Optional<String> word(YamlSection in, String key, int longest, String example) {
    String pattern = "[A-Za-z0-9._-]{1,%d}".formatted(longest);
    return in.value(
        key,
        "a word of at most " + longest + " characters",
        example,
        text -> Optional.of(text).filter(t -> t.matches(pattern)));
  }

  private static void constant(YamlSection in, String key, String only) {
    in.value(key, "'" + only + "'", only, text -> Optional.of(text).filter(only::equals));
  }

  private static List<Path> paths(YamlSection in, String key) {
    List<Path> paths = new ArrayList<>();
    for (String text : in.words(key, "[/sys/…]")) {
      if (text.matches("/[^\\p{Cntrl}]{1,200}")) {
        paths.add(Path.of(text));
      } else {
        in.problems()
            .add(
                "config_value",
                "'" + in.full(key) + "' at line " + in.line(key) + " has '" + text + "'",
                "write absolute paths");
      }
    }
    return paths;
  }
}
