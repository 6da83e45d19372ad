package org.kronocyte.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.List;

/** How JSON is written here: rounded finite numbers, fields in the order they are put. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ArrayNode strings(List<String> values) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode(values.size());
    values.forEach(array::add);
    return array;
  }

  /**
   * The double nearest to {@code value} with that many decimals; prints without a tail.
   *
   * @throws IllegalArgumentException for a value JSON has no word for
   */
  static double round(double value, int decimals) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("a number for JSON must be finite, got " + value);
    }
    double tens = Math.pow(10, decimals);
    double scaled = value * tens;
    // Beyond 2^53 a double has no decimals left to round away.
    return Math.abs(scaled) < 0x1p53 ? Math.round(scaled) / tens : value;
  }

  static String write(JsonNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether it is an object, as every message is. */
  static boolean isObject(String json) {
    try {
      return MAPPER.readTree(json).isObject();
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  static ObjectNode readObject(String json) {
    try {
      return (ObjectNode) MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
