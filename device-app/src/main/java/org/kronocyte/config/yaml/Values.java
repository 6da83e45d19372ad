package org.kronocyte.config.yaml;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The types a settings file knows, each with its bounds in the message when it is missed. */
public final class Values {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|min|h|d)");
  private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,40}");

  private Values() {}

  /** A whole number, bounds included. */
  public static OptionalInt integer(YamlSection in, String key, int min, int max, int example) {
    String expected = "a whole number from " + min + " to " + max;
    Function<String, Optional<Integer>> parser =
        text ->
            text.matches("-?[0-9]{1,9}")
                ? Optional.of(Integer.valueOf(text)).filter(v -> v >= min && v <= max)
                : Optional.empty();
    return in.value(key, expected, String.valueOf(example), parser)
        .map(OptionalInt::of)
        .orElseGet(OptionalInt::empty);
  }

  /** A decimal number, bounds included. */
  public static OptionalDouble decimal(
      YamlSection in, String key, double min, double max, double example) {
    String expected = "a number from " + plain(min) + " to " + plain(max);
    return in.value(key, expected, plain(example), text -> number(text, min, max))
        .map(OptionalDouble::of)
        .orElseGet(OptionalDouble::empty);
  }

  /** The number a text stands for, if it lies within the bounds; no infinities, no hexadecimals. */
  public static Optional<Double> number(String text, double min, double max) {
    if (!text.matches("-?[0-9]{1,12}(\\.[0-9]{1,12})?([eE][-+]?[0-9]{1,2})?")) {
      return Optional.empty();
    }
    return Optional.of(Double.valueOf(text)).filter(v -> v >= min && v <= max);
  }

  private static String plain(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.valueOf(value);
  }

  /** A length of time with its unit: {@code 500ms}, {@code 30s}, {@code 5min}, {@code 2h}. */
  public static Optional<Duration> duration(
      YamlSection in, String key, Duration min, Duration max, Duration example) {
    String expected =
        "a time from " + text(min) + " to " + text(max) + " with its unit (ms, s, min, h, d)";
    return in.value(
        key,
        expected,
        text(example),
        text -> parseDuration(text).filter(d -> d.compareTo(min) >= 0 && d.compareTo(max) <= 0));
  }

  private static Optional<Duration> parseDuration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long amount = Long.parseLong(matcher.group(1));
    return Optional.of(
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(amount);
          case "s" -> Duration.ofSeconds(amount);
          case "min" -> Duration.ofMinutes(amount);
          case "h" -> Duration.ofHours(amount);
          default -> Duration.ofDays(amount);
        });
  }

  private static String text(Duration duration) {
    if (duration.toMillis() % 1000 != 0) {
      return duration.toMillis() + "ms";
    }
    long seconds = duration.toSeconds();
    return seconds % 3600 == 0
        ? seconds / 3600 + "h"
        : seconds % 60 == 0 ? seconds / 60 + "min" : seconds + "s";
  }

  /** One of the constants of an enumeration, written in lower case. */
  public static <E extends Enum<E>> Optional<E> choice(YamlSection in, String key, Class<E> type) {
    List<E> constants = Arrays.asList(type.getEnumConstants());
    List<String> words = constants.stream().map(c -> c.name().toLowerCase(Locale.ROOT)).toList();
    return in.value(
        key,
        "one of " + String.join(", ", words),
        words.get(0),
        text -> Optional.of(words.indexOf(text)).filter(i -> i >= 0).map(constants::get));
  }

  /** Yes or no, written {@code true} or {@code false}. */
  public static Optional<Boolean> flag(YamlSection in, String key, boolean example) {
    return in.value(
        key,
        "true or false",
        String.valueOf(example),
        text ->
            text.equals("true") || text.equals("false")
                ? Optional.of(Boolean.valueOf(text))
                : Optional.empty());
  }

  /** A name that is safe in a topic, a file name and a log: {@code [a-z0-9-]{1,40}}. */
  public static Optional<String> id(YamlSection in, String key, String example) {
    String expected = "1 to 40 of the characters a-z, 0-9 and -";
    return in.value(
        key, expected, example, text -> Optional.of(text).filter(t -> ID.matcher(t).matches()));
  }

  /** Text of one line with at most {@code maxChars} characters. */
  public static Optional<String> text(YamlSection in, String key, int maxChars, String example) {
    return in.value(
        key,
        "text of 1 to " + maxChars + " characters on one line",
        example,
        text ->
            Optional.of(text)
                .filter(t -> !t.isBlank() && t.length() <= maxChars)
                .filter(t -> t.chars().noneMatch(Character::isISOControl)));
  }

  /** An absolute path; a relative one would depend on where the daemon was started. */
  public static Optional<Path> path(YamlSection in, String key, String example) {
    return in.value(key, "an absolute path", example, Values::absolutePath);
  }

  /** The absolute path a text stands for, if it is one. */
  public static Optional<Path> absolutePath(String text) {
    try {
      return Optional.of(Path.of(text)).filter(Path::isAbsolute);
    } catch (InvalidPathException e) {
      return Optional.empty(); // A zero byte; the caller reports the value.
    }
  }
}
