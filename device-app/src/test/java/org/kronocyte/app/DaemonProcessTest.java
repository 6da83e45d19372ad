package org.kronocyte.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.cli.Kronocyte;
import org.kronocyte.publish.Await;
import org.kronocyte.publish.Mosquitto;
import org.kronocyte.publish.SchemaCheck;

/** The daemon as a process of its own, seen by a subscriber at a real broker. */
@Timeout(90)
class DaemonProcessTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path folder;

  private Mosquitto mosquitto;
  private Path seen;
  private Process daemon;

  @BeforeEach
  void start() throws Exception {
    mosquitto = Mosquitto.startOrSkip(folder, "allow_anonymous true");
    seen = mosquitto.subscribe("seen");
    Path config = folder.resolve("kronocyte.yaml");
    Files.writeString(
        config,
        String.join(
            "\n",
            "device: {site: clinic-1, name: scope-1}",
            "camera: {kind: virtual, width: 400, height: 300, fields_per_second: 4}",
            "optics: {um_per_px: 0.1}",
            "slide: {specimen: blood, planned_cells: 50, id: slide-1}",
            "models: {dir: " + Path.of("../models-quantized/packs").toRealPath() + "}",
            "mqtt: {uri: 'tcp://127.0.0.1:" + mosquitto.port() + "', crops: all}",
            "health: {interval: 5s}",
            "data: {dir: " + folder + "}",
            ""));
    daemon =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Dkronocyte.home=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                Kronocyte.class.getName(),
                "run",
                "--config",
                config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("daemon.log").toFile())
            .start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (daemon != null) {
      daemon.destroyForcibly().waitFor();
    }
    if (mosquitto != null) {
      mosquitto.stop();
    }
  }

  /** Payloads seen so far below a topic level, all valid. */
  private List<JsonNode> payloads(String level) throws IOException {
    List<JsonNode> payloads = new ArrayList<>();
    for (String line : Files.readAllLines(seen)) {
      if (line.endsWith("}") && line.split(" ", 3)[1].contains(level)) {
        payloads.add(SchemaCheck.assertValid(line.substring(line.indexOf('{'))));
      }
    }
    return payloads;
  }

  private void awaitState(String state) throws Exception {
    Await.until(
        "status " + state,
        LIMIT,
        () -> {
          assertTrue(
              daemon.isAlive() || !state.equals("busy"),
              () -> "daemon ended: " + read("daemon.log"));
          return payloads("/status").stream().anyMatch(s -> s.get("state").asText().equals(state));
        });
  }

  private String read(String file) {
    try {
      return Files.readString(folder.resolve(file));
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void readsDeliversAndSaysGoodbyeWhenTerminated() throws Exception {
    awaitState("busy");
    Await.until("two fields", LIMIT, () -> payloads("/field/slide-1").size() >= 2);
    // Which fields the virtual microscope shows first depends on the clock, and a small one may
    // hold no whole cell.
    Await.until("a crop", LIMIT, () -> !payloads("/crop/slide-1/").isEmpty());
    Await.until("health", LIMIT, () -> !payloads("/health").isEmpty());
    assertEquals(0, daemon.descendants().count());
    daemon.destroy();
    assertTrue(daemon.waitFor(20, TimeUnit.SECONDS), "ends within its bound");
    awaitState("stopped");
    List<JsonNode> slides = payloads("/slide/slide-1");
    JsonNode last = slides.get(slides.size() - 1);
    assertEquals("preliminary", last.get("state").asText(), "it goes on in the next run");
    assertEquals(payloads("/field/slide-1").size(), last.get("fields").asInt());
    List<JsonNode> crops = payloads("/crop/slide-1/");
    assertFalse(crops.isEmpty());
    assertTrue(
        crops.stream().allMatch(c -> c.get("field").asInt() <= last.get("fields").asInt()),
        "of fields that were stored");
    for (String level : List.of("/status", "/health", "/field/", "/slide/", "/crop/")) {
      for (JsonNode message : payloads(level)) {
        assertTrue(message.get("simulated").asBoolean(), message::toString);
      }
    }
    assertTrue(payloads("/field/").get(0).get("notice").asText().startsWith("SIMULATED"));
    assertTrue(read("daemon.log").contains("SIMULATED"), read("daemon.log"));
    assertEquals(143, daemon.exitValue(), "as a process that ends by SIGTERM");
  }

  @Test
  void killedDaemonIsLostByItsWill() throws Exception {
    awaitState("busy");
    daemon.destroyForcibly().waitFor();
    awaitState("lost");
    List<JsonNode> statuses = payloads("/status");
    JsonNode last = statuses.get(statuses.size() - 1);
    assertEquals("lost", last.get("state").asText());
    assertTrue(last.get("simulated").asBoolean());
  }
}
