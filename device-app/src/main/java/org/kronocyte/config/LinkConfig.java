package org.kronocyte.config;

import java.time.Duration;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kronocyte.config.yaml.Values;
import org.kronocyte.config.yaml.YamlSection;

/**
 * How a poor or dear link is used.
 *
 * @param protocol version of MQTT
 * @param reconnectMax longest wait between two attempts to connect
 * @param bytesPerSecond at which waiting messages are sent
 * @param bytesPerDay empty for any number
 * @param windows of the day with a connection, UTC; empty for always
 * @param drainOrder which slide's messages go first of those worth the same
 * @param urgent what is sent outside the windows and beyond the bytes a day
 */
public record LinkConfig(
    Protocol protocol,
    Duration reconnectMax,
    int bytesPerSecond,
    OptionalLong bytesPerDay,
    List<Window> windows,
    DrainOrder drainOrder,
    Urgent urgent) {
  public static final int DEFAULT_BYTES_PER_SECOND = 256 * 1024;

  private static final int MAX_WINDOWS = 12;
  private static final Pattern WINDOW = Pattern.compile("([0-9:]{5})-([0-9:]{5})");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);

  /** The version of MQTT. */
  public enum Protocol {
    AUTO,
    V3_1_1,
    V5
  }

  /** Whether the backlog goes first, or what was made last. */
  public enum DrainOrder {
    OLDEST_FIRST,
    NEWEST_FIRST
  }

  /** What forces a connection. */
  public enum Urgent {
    /** The result of a finished slide, and alerts. */
    SLIDE,
    NONE
  }

  /** From a first moment to the first moment after, over midnight if that comes before. */
  public record Window(LocalTime from, LocalTime to) {}

  static LinkConfig read(YamlSection in) {
    return new LinkConfig(
        protocol(in),
        Values.duration(
                in,
                "reconnect_max",
                Duration.ofSeconds(1),
                Duration.ofHours(1),
                Duration.ofMinutes(1))
            .orElse(Duration.ofMinutes(1)),
        Values.integer(in, "bytes_per_second", 500, 100_000_000, DEFAULT_BYTES_PER_SECOND)
            .orElse(DEFAULT_BYTES_PER_SECOND),
        Values.integer(in, "bytes_per_day", 10_000, 999_999_999, 5_000_000).stream()
            .asLongStream()
            .findFirst(),
        windows(in),
        Values.choice(in, "drain_order", DrainOrder.class).orElse(DrainOrder.OLDEST_FIRST),
        Values.choice(in, "urgent", Urgent.class).orElse(Urgent.SLIDE));
  }

  private static Protocol protocol(YamlSection in) {
    return in.value(
            "protocol",
            "one of auto, 3.1.1, 5",
            "auto",
            text ->
                switch (text) {
                  case "auto" -> Optional.of(Protocol.AUTO);
                  case "3.1.1" -> Optional.of(Protocol.V3_1_1);
                  case "5" -> Optional.of(Protocol.V5);
                  default -> Optional.<Protocol>empty();
                })
        .orElse(Protocol.AUTO);
  }

  private static List<Window> windows(YamlSection in) {
    List<Window> windows = new ArrayList<>();
    List<String> words = in.words("windows", "['06:00-07:30', '22:00-02:00']");
    for (String word : words) {
      window(word).ifPresent(windows::add);
    }
    if (windows.size() < words.size() || words.size() > MAX_WINDOWS) {
      in.problems()
          .add(
              "config_value",
              "'" + in.full("windows") + "' at line " + in.line("windows") + " has no times of day",
              "write up to " + MAX_WINDOWS + ", for example windows: ['06:00-07:30'], UTC");
    }
    return windows;
  }

  private static Optional<Window> window(String text) {
    Matcher matcher = WINDOW.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      Window window =
          new Window(
              LocalTime.parse(matcher.group(1), TIME), LocalTime.parse(matcher.group(2), TIME));
      return Optional.of(window).filter(w -> !w.from().equals(w.to()));
    } catch (DateTimeParseException e) {
      return Optional.empty(); // The caller reports the value.
    }
  }
}
