package org.kronocyte.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kronocyte.problem.Problem;
import org.kronocyte.publish.Await;
import org.kronocyte.publish.Backoff;
import org.kronocyte.publish.DeviceAddress;
import org.kronocyte.publish.DeviceStatus;
import org.kronocyte.publish.MemoryOutbox;
import org.kronocyte.publish.Messages;
import org.kronocyte.publish.Publisher;
import org.kronocyte.publish.SchemaCheck;

/** Which messages events become. */
@Timeout(30)
class PublishingListenerTest {
  private static final Problem GONE = new Problem("camera_lost", "It is gone", "plug it in");

  private final RecordingTransport broker = new RecordingTransport();
  private PublishingListener listener;
  private Publisher publisher;

  @BeforeEach
  void connect() throws Exception {
    Messages messages =
        new Messages(
            new DeviceAddress("clinic-1", "scope-1"),
            new UUID(1, 2),
            InstantSource.fixed(TestFrames.NOON));
    DeviceStatus identity =
        new DeviceStatus(
            DeviceStatus.State.READY, Map.of("kronocyte", "0.1.0"), Map.of(), false, List.of());
    publisher =
        new Publisher(
            broker,
            new MemoryOutbox(MemoryOutbox.STANDARD_BYTES),
            messages,
            identity,
            Backoff.standard(new Random(1)),
            InstantSource.fixed(TestFrames.NOON),
            Publisher.Patience.STANDARD);
    listener = new PublishingListener(publisher, messages, identity);
    publisher.start();
    awaitStates("ready");
  }

  @AfterEach
  void close() {
    publisher.close();
  }

  private List<JsonNode> sent(String level) throws Exception {
    List<JsonNode> sent = new ArrayList<>();
    for (String payload : broker.payloads(level)) {
      sent.add(SchemaCheck.assertValid(payload));
    }
    return sent;
  }

  private List<String> texts(String level, String field) throws Exception {
    return sent(level).stream().map(m -> m.get(field).asText()).toList();
  }

  private void awaitStates(String... states) throws Exception {
    Await.until("states", () -> broker.payloads("/status").size() >= states.length);
    assertEquals(List.of(states), texts("/status", "state"));
  }

  @Test
  void phasesAndTroublesMakeTheState() throws Exception {
    listener.phaseChanged(SlideDesk.Phase.COUNTING);
    awaitStates("ready", "busy");
    listener.problem(GONE);
    awaitStates("ready", "busy", "degraded");
    assertEquals("It is gone; plug it in", sent("/status").get(2).get("reasons").get(0).asText());
    listener.recovered();
    awaitStates("ready", "busy", "degraded", "busy");
    assertEquals(0, sent("/status").get(3).get("reasons").size());
    listener.phaseChanged(SlideDesk.Phase.PAUSED);
    awaitStates("ready", "busy", "degraded", "busy", "ready");
  }

  @Test
  void sameTroubleIsToldOnce() throws Exception {
    listener.problem(GONE);
    awaitStates("ready", "degraded");
    listener.problem(GONE);
    listener.phaseChanged(SlideDesk.Phase.COUNTING);
    awaitStates("ready", "degraded", "degraded");
  }

  @Test
  void pathsOfImagesAreNotPublished() throws Exception {
    listener.problem(
        new Problem("image_truncated", "/data/A. Patient 1960/3.jpg ends too early", "copy it"));
    awaitStates("ready", "degraded");
    assertEquals(
        "an image can't be read (image_truncated); copy it",
        sent("/status").get(1).get("reasons").get(0).asText());
  }

  @Test
  void reasonIsNoLongerThanItsSchemaSays() throws Exception {
    listener.problem(new Problem("camera_lost", "x".repeat(900), "plug it in"));
    awaitStates("ready", "degraded");
    assertEquals(500, sent("/status").get(1).get("reasons").get(0).asText().length());
  }

  @Test
  void healthIsFlat() throws Exception {
    listener.health(Map.of("frames_seen", 7L, "phase", "idle"));
    Await.until("sent", () -> broker.payloads("/health").size() == 1);
    assertEquals(7, sent("/health").get(0).get("frames_seen").asInt());
  }
}
