package org.kronocyte.publish.flatten;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.kronocyte.publish.ClockQuality;
import org.kronocyte.publish.DeviceAddress;
import org.kronocyte.publish.Flattening;
import org.kronocyte.publish.Message;
import org.kronocyte.publish.Packet;

/**
 * ThingsBoard's gateway telemetry, to be bridged there from the clinic's broker: health and slides
 * as flat values under the name {@code <site>/<device>}. With a clock that was never set there is
 * no {@code ts}, so that ThingsBoard takes the time of arrival.
 */
public final class ThingsBoard implements Flattening {
  static final String CONNECT = "v1/gateway/connect";
  static final String TELEMETRY = "v1/gateway/telemetry";

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Set<String> NO_TELEMETRY = Set.of("schema", "at", "site", "device");

  private final String name;

  public ThingsBoard(DeviceAddress address) {
    this.name = address.site() + "/" + address.device();
  }

  @Override
  public List<Packet> atConnect() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("device", name);
    return List.of(new Packet(CONNECT, json.toString(), false));
  }

  @Override
  public List<Packet> beside(Message message) {
    return switch (message.kind()) {
      case HEALTH -> List.of(telemetry(read(message), false));
      case SLIDE -> List.of(telemetry(read(message), true));
      default -> List.of();
    };
  }

  private static JsonNode read(Message message) {
    try {
      return MAPPER.readTree(message.json());
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("a message of ours isn't JSON", e);
    }
  }

  private Packet telemetry(JsonNode from, boolean slide) {
    ObjectNode values = JsonNodeFactory.instance.objectNode();
    from.properties()
        .forEach(
            e -> {
              if (e.getValue().isValueNode() && !NO_TELEMETRY.contains(e.getKey())) {
                values.set(
                    slide && e.getKey().equals("state") ? "slide_state" : e.getKey(), e.getValue());
              }
            });
    for (JsonNode line : from.path("differential")) {
      String label = line.path("label").asText();
      values.set("percent_" + label, line.get("percent"));
      values.set("low95_" + label, line.get("low95"));
      values.set("high95_" + label, line.get("high95"));
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ObjectNode entry = JsonNodeFactory.instance.objectNode();
    boolean dated = !ClockQuality.UNSET.code().equals(from.path("clock").asText());
    if (dated) {
      entry.put("ts", Instant.parse(from.path("at").asText()).toEpochMilli());
      entry.set("values", values);
    }
    json.putArray(name).add(dated ? entry : values);
    return new Packet(TELEMETRY, json.toString(), false);
  }
}
