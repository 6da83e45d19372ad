package org.kronocyte.publish.flatten;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.kronocyte.publish.DeviceClock;
import org.kronocyte.publish.Flattening;
import org.kronocyte.publish.Message;
import org.kronocyte.publish.Messages;
import org.kronocyte.publish.Packet;
import org.kronocyte.publish.Samples;
import org.kronocyte.publish.SlideJson;

class FlatteningTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Messages messages = Samples.messages();
  private final Flattening homeAssistant = new HomeAssistant(Samples.ADDRESS);
  private final Flattening thingsBoard = new ThingsBoard(Samples.ADDRESS);

  private static void assertGolden(String name, List<Packet> packets) throws IOException {
    ObjectNode all = MAPPER.createObjectNode();
    for (Packet packet : packets) {
      all.set(packet.topic(), MAPPER.readTree(packet.payload()));
    }
    try (InputStream in = FlatteningTest.class.getResourceAsStream(name + ".golden.json")) {
      String golden = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(MAPPER.readTree(golden).toPrettyString(), all.toPrettyString());
    }
  }

  private Message slide(boolean simulated) {
    return messages.slide(Samples.slide(simulated), SlideJson.State.FINAL, 3);
  }

  @Test
  void mqttReq29HomeAssistantEntitiesAreAsInTheGoldenFile() throws IOException {
    assertGolden("home-assistant", homeAssistant.atConnect());
    assertTrue(homeAssistant.atConnect().stream().allMatch(Packet::retained));
    assertEquals(List.of(), homeAssistant.beside(slide(false)));
  }

  @Test
  void homeAssistantReadsOnlyTopicsAndFiguresThereAre() throws IOException {
    Set<String> ids = new HashSet<>();
    for (Packet packet : homeAssistant.atConnect()) {
      JsonNode json = MAPPER.readTree(packet.payload());
      assertTrue(
          packet.topic().matches("homeassistant/[a-z_]+/[A-Za-z0-9_-]+/[A-Za-z0-9_-]+/config"));
      assertTrue(json.get("state_topic").asText().startsWith("kronocyte/v1/clinic-1/scope-2/"));
      assertEquals("kronocyte/v1/clinic-1/scope-2/status", json.get("availability_topic").asText());
      assertTrue(ids.add(json.get("unique_id").asText()));
    }
  }

  @Test
  void mqttReq30ThingsBoardTelemetryIsAsInTheGoldenFile() throws IOException {
    assertGolden("thingsboard-connect", thingsBoard.atConnect());
    assertGolden("thingsboard-slide", thingsBoard.beside(slide(true)));
    Message health = messages.health(Map.of("cpu_temperature_c", 61.5, "stages_ok", true));
    assertGolden("thingsboard-health", thingsBoard.beside(health));
    assertEquals(List.of(), thingsBoard.beside(messages.field("s", 1, Samples.field())));
  }

  @Test
  void mqttReq30ThingsBoardGetsNoTimeFromAClockThatWasNeverSet() throws IOException {
    Messages unset =
        new Messages(
            Samples.ADDRESS,
            UUID.randomUUID(),
            new DeviceClock(() -> Instant.EPOCH, () -> 0, () -> false));
    Packet packet = thingsBoard.beside(unset.health(Map.of("stages_ok", true))).get(0);
    JsonNode entry = MAPPER.readTree(packet.payload()).get("clinic-1/scope-2").get(0);
    assertFalse(entry.has("ts"));
    assertTrue(entry.get("stages_ok").asBoolean());
  }
}
