package org.kronocyte.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.problem.Problem;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.mqtt.AutoTransport;

/** The whole way over a real broker, as a subscriber sees it. */
@Timeout(60)
class MosquittoTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path folder;

  private final Messages messages = Samples.messages();
  private final MemoryOutbox outbox = new MemoryOutbox(MemoryOutbox.STANDARD_BYTES);
  private Mosquitto mosquitto;
  private Transport transport;
  private Publisher publisher;

  @BeforeEach
  void start() throws Exception {
    mosquitto = Mosquitto.startOrSkip(folder, "allow_anonymous true");
    transport = AutoTransport.of(link(), "kronocyte-clinic-1-scope-2");
    publisher =
        new Publisher(
            transport,
            outbox,
            messages,
            Samples.status(DeviceStatus.State.READY),
            new Backoff(Duration.ofMillis(50), Duration.ofMillis(200), new Random(1)),
            InstantSource.fixed(Samples.NOON),
            Publisher.Patience.STANDARD);
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (mosquitto != null) {
      publisher.close();
      mosquitto.stop();
    }
  }

  private BrokerLink link() throws ProblemException {
    return BrokerLink.of(mosquitto.uri(), Optional.empty(), Optional.empty());
  }

  private static List<String> lines(Path seen) throws IOException {
    return Files.readAllLines(seen);
  }

  private static void awaitState(Path seen, String state) throws Exception {
    Await.until(
        "status " + state,
        LIMIT,
        () ->
            lines(seen).stream()
                .anyMatch(l -> l.contains("/status ") && l.contains("\"" + state + "\"")));
  }

  private static JsonNode payload(String line) throws IOException {
    return SchemaCheck.assertValid(line.substring(line.indexOf('{')));
  }

  @Test
  void subscriberSeesEveryKindValidAndThenStopped() throws Exception {
    Path seen = mosquitto.subscribe("seen");
    publisher.start();
    awaitState(seen, "ready");
    publisher.offer(messages.health(Map.of("cpu_celsius", 61.5)));
    publisher.offer(messages.field("s-1", 1, Samples.crowdedField(5000)));
    publisher.offer(messages.slide(Samples.slide(true), SlideJson.State.FINAL, 1));
    publisher.close();
    awaitState(seen, "stopped");
    List<String> lines = lines(seen);
    assertEquals(5, lines.size());
    for (String line : lines) {
      assertEquals(Samples.BOOT.toString(), payload(line).get("boot_id").textValue());
    }
    Path later = mosquitto.subscribe("later");
    awaitState(later, "stopped");
    Await.until("health is retained too", LIMIT, () -> lines(later).size() == 2);
    assertTrue(lines(later).stream().allMatch(l -> l.startsWith("1 ")), "nothing but retained");
  }

  @Test
  void mqttReq35AlertStaysAtTheBrokerUntilItIsOver() throws Exception {
    Path seen = mosquitto.subscribe("seen");
    publisher.start();
    awaitState(seen, "ready");
    publisher.offer(messages.alert(new Problem("disk_low", "12 MiB are left", "free some")));
    publisher.offer(messages.alert(new Problem("outbox_filling", "80 of 100 MiB", "connect")));
    publisher.offer(messages.alertOver("disk_low"));
    Await.until("sent", LIMIT, () -> outbox.size() == 0);
    Path later = mosquitto.subscribe("later");
    publisher.offer(messages.health(Map.of()));
    Await.until(
        "after what is retained",
        LIMIT,
        () -> lines(later).stream().anyMatch(l -> l.contains("/health ")));
    List<String> alerts = lines(later).stream().filter(l -> l.contains("/alert/")).toList();
    assertEquals(1, alerts.size(), alerts.toString());
    assertEquals("outbox_filling", payload(alerts.get(0)).get("alert").textValue());
  }

  @Test
  void mqttReq31NewestSlideFirstAndEachInItsOrder() throws Exception {
    Path seen = mosquitto.subscribe("seen");
    Outbox newestFirst = new MemoryOutbox(MemoryOutbox.STANDARD_BYTES, DrainOrder.NEWEST_FIRST);
    for (int slide = 1; slide <= 5; slide++) {
      for (int field = 1; field <= 6; field++) {
        newestFirst.add(messages.field("s-" + slide, field, Samples.field()));
      }
    }
    newestFirst.add(messages.slide(Samples.slide(false), SlideJson.State.FINAL, 1));
    publisher.close();
    transport = AutoTransport.of(link(), "kronocyte-clinic-1-scope-2");
    publisher =
        new Publisher(
            transport,
            newestFirst,
            messages,
            Samples.status(DeviceStatus.State.READY),
            new Backoff(Duration.ofMillis(50), Duration.ofMillis(200), new Random(1)),
            InstantSource.fixed(Samples.NOON),
            Publisher.Patience.STANDARD);
    publisher.start();
    Await.until("all sent", LIMIT, () -> newestFirst.size() == 0);
    Await.until("all seen", LIMIT, () -> lines(seen).size() >= 32);
    List<String> images = new ArrayList<>();
    for (String line : lines(seen)) {
      if (line.contains("/field/") || line.contains("/slide/")) {
        images.add(payload(line).path("image").asText("result"));
      }
    }
    List<String> expected = new ArrayList<>(List.of("result"));
    for (int slide = 5; slide >= 1; slide--) {
      for (int field = 1; field <= 6; field++) {
        expected.add("s-" + slide + "/" + field);
      }
    }
    assertEquals(expected, images);
  }

  @Test
  void killedProcessIsLostByItsWill() throws Exception {
    Path seen = mosquitto.subscribe("seen");
    Process device =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                DoomedDevice.class.getName(),
                mosquitto.uri())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("device.log").toFile())
            .start();
    try {
      awaitState(seen, "ready");
    } finally {
      device.destroyForcibly().waitFor();
    }
    awaitState(seen, "lost");
    JsonNode last = payload(lines(seen).get(1));
    assertEquals(Samples.BOOT.toString(), last.get("boot_id").textValue());
  }

  @Test
  void brokenConnectionIsLostThenReadyAgain() throws Exception {
    Path seen = mosquitto.subscribe("seen");
    publisher.start();
    awaitState(seen, "ready");
    transport.close();
    awaitState(seen, "lost");
    // The will may also come after the new connection; then it is answered.
    Await.until(
        "ready again",
        LIMIT,
        () -> lines(seen).size() >= 3 && lines(seen).get(lines(seen).size() - 1).contains("ready"));
  }

  @Test
  void restartedBrokerGetsWhatItMissed() throws Exception {
    Path seen = mosquitto.subscribe("seen");
    publisher.start();
    awaitState(seen, "ready");
    Await.until("born", LIMIT, () -> (boolean) publisher.figures().get("broker_connected"));
    mosquitto.halt();
    Await.until("noticed", LIMIT, () -> !(boolean) publisher.figures().get("broker_connected"));
    for (int number = 1; number <= 50; number++) {
      publisher.offer(messages.field("s-1", number, Samples.field()));
    }
    assertEquals(50, outbox.size());
    mosquitto.start();
    Await.until("all acknowledged", LIMIT, () -> outbox.size() == 0);
    Await.until("all seen", LIMIT, () -> fieldLines(seen).size() >= 50);
    List<Integer> numbers = new ArrayList<>();
    for (String line : fieldLines(seen)) {
      JsonNode json = payload(line);
      assertTrue(json.get("historical").booleanValue());
      numbers.add(json.get("field").intValue());
    }
    assertEquals(IntStream.rangeClosed(1, 50).boxed().toList(), numbers);
  }

  @Test
  void unreachableBrokerIsAProblemThatNamesIt() throws Exception {
    mosquitto.halt();
    ProblemException e =
        assertThrows(
            ProblemException.class,
            () ->
                transport.connect(
                    messages.will(Samples.status(DeviceStatus.State.READY)),
                    new RecordingListener()));
    assertEquals("broker_unreachable", e.problem().code());
    assertTrue(e.getMessage().contains(mosquitto.uri()));
  }

  private static List<String> fieldLines(Path seen) throws IOException {
    return lines(seen).stream().filter(line -> line.contains("/field/")).toList();
  }
}
