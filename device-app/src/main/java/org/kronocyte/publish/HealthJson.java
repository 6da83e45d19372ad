package org.kronocyte.publish;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Figures of health as {@code kronocyte/health/1}, all on one level. */
final class HealthJson {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");
  private static final Set<String> ENVELOPE =
      Set.of("schema", "boot_id", "seq", "at", "clock", "uptime_ms", "site", "device");
  private static final int MAX_FIGURES = 200;
  private static final int MAX_TEXT = 200;

  private HealthJson() {}

  /** Figures as {@link Messages#health} takes them. */
  static ObjectNode of(Map<String, ?> figures) {
    if (figures.size() > MAX_FIGURES) {
      throw new IllegalArgumentException(
          figures.size() + " figures of health are more than " + MAX_FIGURES);
    }
    ObjectNode json = Json.object();
    json.put("schema", "kronocyte/health/1");
    new TreeMap<>(figures).forEach((name, value) -> putFlat(json, name, value));
    return json;
  }

  private static void putFlat(ObjectNode json, String name, Object value) {
    if (!NAME.matcher(name).matches() || ENVELOPE.contains(name)) {
      throw new IllegalArgumentException("'" + name + "' can't name a figure of health");
    }
    if (value instanceof Integer || value instanceof Long || value instanceof Short) {
      json.put(name, ((Number) value).longValue());
    } else if (value instanceof Number number) {
      if (Double.isFinite(number.doubleValue())) {
        json.put(name, Json.round(number.doubleValue(), 4));
      }
    } else if (value instanceof Boolean bool) {
      json.put(name, bool);
    } else if (value instanceof String text) {
      json.put(name, text.substring(0, Math.min(text.length(), MAX_TEXT)));
    } else {
      throw new IllegalArgumentException(
          "figure '" + name + "' is no number, string or boolean: " + value);
    }
  }
}
