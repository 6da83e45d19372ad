package org.kronocyte.publish.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.Await;
import org.kronocyte.publish.BrokerLink;
import org.kronocyte.publish.Incoming;
import org.kronocyte.publish.Messages;
import org.kronocyte.publish.Mosquitto;
import org.kronocyte.publish.Packet;
import org.kronocyte.publish.RecordingListener;
import org.kronocyte.publish.Transport;

/** What every transport does, tried on a real broker. */
@Timeout(60)
abstract class TransportContract {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final String ROOT = "kronocyte/v1/clinic-1/scope-2/";

  @TempDir Path folder;

  Mosquitto mosquitto;
  Transport transport;
  final RecordingListener heard = new RecordingListener();

  abstract BrokerLink.Protocol protocol();

  @BeforeEach
  void start() throws Exception {
    Files.writeString(
        folder.resolve("acl"), "topic readwrite kronocyte/#\npattern read forbidden/#\n");
    mosquitto =
        Mosquitto.startOrSkip(folder, "allow_anonymous true", "acl_file " + folder.resolve("acl"));
    transport = AutoTransport.of(link(), "contract");
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (mosquitto != null) {
      transport.close();
      mosquitto.stop();
    }
  }

  private BrokerLink link() throws ProblemException {
    return BrokerLink.of(mosquitto.uri(), Optional.empty(), Optional.empty()).with(protocol());
  }

  private void connect() throws ProblemException {
    transport.connect(new Packet(ROOT + "status", "{\"state\":\"lost\"}", true), heard);
  }

  void send(String topic, String payload) throws Exception {
    transport.publish(new Packet(topic, payload, false)).get(10, TimeUnit.SECONDS);
  }

  private List<String> seen(Path file) throws Exception {
    return Files.readAllLines(file);
  }

  @Test
  void packetArrivesAsItIsAndIsAcknowledged() throws Exception {
    Path file = mosquitto.subscribe("seen");
    connect();
    assertTrue(transport.isConnected());
    String largest = "ü" + "x".repeat(Messages.MAX_BYTES - 2);
    send(ROOT + "health", largest);
    Await.until("seen", LIMIT, () -> seen(file).contains("0 " + ROOT + "health " + largest));
  }

  @Test
  void packetsAreAcknowledgedInTheOrderTheyWereSent() throws Exception {
    Path file = mosquitto.subscribe("seen");
    connect();
    for (int i = 0; i < 16; i++) {
      var unused = transport.publish(new Packet(ROOT + "field/s", Integer.toString(i), false));
    }
    Await.until("all", LIMIT, () -> seen(file).size() == 16);
    for (int i = 0; i < 16; i++) {
      assertEquals("0 " + ROOT + "field/s " + i, seen(file).get(i));
    }
  }

  @Test
  void goodbyeLeavesNoWillButDroppingDoes() throws Exception {
    Path file = mosquitto.subscribe("seen");
    connect();
    transport.disconnect(LIMIT);
    assertFalse(transport.isConnected());
    connect();
    transport.close();
    transport.close();
    Await.until("will", LIMIT, () -> !seen(file).isEmpty());
    assertEquals(List.of("0 " + ROOT + "status {\"state\":\"lost\"}"), seen(file));
    assertEquals(List.of(), heard.losses(), "it was asked to");
  }

  @Test
  void lossIsToldOnceAndPublishingFails() throws Exception {
    connect();
    mosquitto.kill();
    Await.until("told", LIMIT, () -> !heard.losses().isEmpty());
    assertThrows(Exception.class, () -> send(ROOT + "health", "{}"));
    assertEquals(1, heard.losses().size());
    mosquitto.start();
    connect();
    send(ROOT + "health", "{}");
  }

  @Test
  void messageSubscribedToIsReceivedAndSaysWhetherItWasRetained() throws Exception {
    mosquitto.publish("-t", ROOT + "cmd/old", "-m", "old", "-r");
    connect();
    transport.subscribe(ROOT + "cmd/+", false).get(10, TimeUnit.SECONDS);
    mosquitto.publish("-t", ROOT + "cmd/new", "-m", "new", "-r");
    Await.until("both", LIMIT, () -> heard.messages().size() == 2);
    Incoming old = heard.messages().get(0);
    assertEquals(ROOT + "cmd/old", old.topic());
    assertEquals("old", new String(old.payload(), StandardCharsets.UTF_8));
    assertTrue(old.retained());
    assertFalse(heard.messages().get(1).retained());
  }

  @Test
  void mqttReq26WhatIsSentWhileTheDeviceIsAwayWaitsAtTheBroker() throws Exception {
    connect();
    transport.subscribe(ROOT + "cmd/+", false).get(10, TimeUnit.SECONDS);
    transport.disconnect(LIMIT);
    mosquitto.publish("-t", ROOT + "cmd/report", "-m", "please");
    connect();
    Await.until("it came", LIMIT, () -> heard.messages().size() == 1);
    assertFalse(heard.messages().get(0).retained());
  }

  @Test
  void nothingGoesWithoutAConnection() {
    assertFalse(transport.isConnected());
    assertThrows(Exception.class, () -> send(ROOT + "health", "{}"));
    assertThrows(
        Exception.class,
        () -> transport.subscribe(ROOT + "cmd/+", false).get(10, TimeUnit.SECONDS));
  }

  @Test
  void unreachableBrokerIsAProblemThatNamesIt() throws Exception {
    mosquitto.halt();
    ProblemException e = assertThrows(ProblemException.class, this::connect);
    assertEquals("broker_unreachable", e.problem().code());
    assertTrue(e.getMessage().contains(mosquitto.uri()));
  }
}
