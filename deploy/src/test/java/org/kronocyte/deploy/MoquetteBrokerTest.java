package org.kronocyte.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.Backoff;
import org.kronocyte.publish.BrokerLink;
import org.kronocyte.publish.DeviceAddress;
import org.kronocyte.publish.DeviceStatus;
import org.kronocyte.publish.EmbeddedBroker;
import org.kronocyte.publish.MemoryOutbox;
import org.kronocyte.publish.Messages;
import org.kronocyte.publish.Publisher;
import org.kronocyte.publish.mqtt.AutoTransport;

@Timeout(30)
class MoquetteBrokerTest {
  private static EmbeddedBroker broker;
  private static EmbeddedBroker.Ports ports;

  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

  @BeforeAll
  static void start() throws ProblemException {
    broker = EmbeddedBroker.find().orElseThrow();
    assertInstanceOf(MoquetteBroker.class, broker);
    ports = broker.start(0, 0);
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  private MqttClient subscriber(String topic) throws Exception {
    String uri = "ws://127.0.0.1:" + ports.webSocket() + "/mqtt";
    // An empty identifier, as mosquitto_sub sends it.
    MqttClient client = new MqttClient(uri, "", new MemoryPersistence());
    client.connect();
    client.subscribe(
        topic,
        1,
        (on, message) ->
            seen.add(on + " " + new String(message.getPayload(), StandardCharsets.UTF_8)));
    return client;
  }

  private Publisher publisher(Messages messages) throws ProblemException {
    BrokerLink link =
        BrokerLink.of("tcp://127.0.0.1:" + ports.mqtt(), Optional.empty(), Optional.empty());
    return new Publisher(
        AutoTransport.of(link, "device"),
        new MemoryOutbox(MemoryOutbox.STANDARD_BYTES),
        messages,
        new DeviceStatus(
            DeviceStatus.State.READY, Map.of("kronocyte", "0.1.0"), Map.of(), true, List.of()),
        Backoff.standard(new Random(1)),
        InstantSource.system(),
        Publisher.Patience.STANDARD);
  }

  private String next() throws InterruptedException {
    String message = seen.poll(10, TimeUnit.SECONDS);
    assertNotNull(message, "nothing came");
    return message;
  }

  @Test
  void webSocketSubscriberSeesWhatThePublisherSays() throws Exception {
    Messages messages =
        new Messages(
            new DeviceAddress("demo", "virtual"), UUID.randomUUID(), InstantSource.system());
    MqttClient client = subscriber(DeviceAddress.ROOT + "/demo/#");
    try (Publisher publisher = publisher(messages)) {
      publisher.start();
      assertTrue(next().contains("\"state\":\"ready\""));
      publisher.offer(messages.health(Map.of("fields_read", 3)));
      assertTrue(next().contains("\"fields_read\":3"));
    }
    assertTrue(next().contains("\"state\":\"stopped\""));
    client.disconnectForcibly(100, 100);
    client.close(true);
  }

  @Test
  void largestMessageGoesThrough() throws Exception {
    MqttClient client = subscriber("large");
    String large = "x".repeat(Messages.MAX_BYTES);
    try (MqttClient sender =
        new MqttClient("tcp://127.0.0.1:" + ports.mqtt(), "sender", new MemoryPersistence())) {
      sender.connect();
      sender.publish("large", large.getBytes(StandardCharsets.UTF_8), 1, false);
      assertEquals("large " + large, next());
      sender.disconnect();
    }
    client.disconnectForcibly(100, 100);
    client.close(true);
  }

  @Test
  void takenPortIsNamed() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        EmbeddedBroker second = new MoquetteBroker()) {
      ProblemException e =
          assertThrows(ProblemException.class, () -> second.start(other.getLocalPort(), 0));
      assertEquals("port_taken", e.problem().code());
      assertTrue(e.getMessage().contains(Integer.toString(other.getLocalPort())));
      assertThrows(ProblemException.class, () -> second.start(0, other.getLocalPort()));
    }
  }

  @Test
  void portIsFreeAgainAfterClosing() throws Exception {
    EmbeddedBroker.Ports first;
    try (EmbeddedBroker other = new MoquetteBroker()) {
      first = other.start(0, 0);
    }
    try (EmbeddedBroker other = new MoquetteBroker()) {
      assertEquals(first, other.start(first.mqtt(), first.webSocket()));
    }
  }

  @Test
  void listensOnLoopbackOnly() throws Exception {
    List<InetAddress> others =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
            .toList();
    for (InetAddress address : others) {
      for (int port : new int[] {ports.mqtt(), ports.webSocket()}) {
        assertThrows(ConnectException.class, () -> new Socket(address, port).close());
      }
    }
  }
}
