package org.kronocyte.publish.mqtt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.kronocyte.publish.Await;
import org.kronocyte.publish.BrokerLink;
import org.kronocyte.publish.Incoming;
import org.kronocyte.publish.Packet;
import org.kronocyte.publish.RefusedException;

class Mqtt5TransportTest extends TransportContract {
  private static final Packet WILL = new Packet("kronocyte/will", "{}", false);

  @Override
  BrokerLink.Protocol protocol() {
    return BrokerLink.Protocol.V5;
  }

  /** What a device that was away would else take for a command given now. */
  @Test
  void retainedMessageThatWaitedInTheSessionSaysSo() throws Exception {
    transport.connect(WILL, heard);
    transport.subscribe("kronocyte/v1/s/d/cmd/+", true).get(10, TimeUnit.SECONDS);
    transport.close();
    mosquitto.publish("-t", "kronocyte/v1/s/d/cmd/kept", "-m", "kept", "-r");
    transport.connect(WILL, heard);
    Await.until("kept", Duration.ofSeconds(10), () -> !heard.messages().isEmpty());
    assertTrue(heard.messages().stream().allMatch(Incoming::retained));
  }

  @Test
  void brokerSaysThatItRefusesAPacketAndTheConnectionGoesOn() throws Exception {
    transport.connect(WILL, heard);
    ExecutionException e =
        assertThrows(ExecutionException.class, () -> send("forbidden/topic", "{}"));
    assertInstanceOf(RefusedException.class, e.getCause());
    assertTrue(e.getMessage().contains("0x87"), e.getMessage());
    for (int i = 0; i < 40; i++) {
      assertThrows(ExecutionException.class, () -> send("forbidden/topic", "{}"));
    }
    send("kronocyte/allowed", "{}");
  }

  @Test
  void mqttReq2PacketSaysWhatItIsAndWhenItExpires() throws Exception {
    Path file = mosquitto.subscribe5("seen", "%C %E %D %p");
    transport.connect(WILL, heard);
    byte[] correlation = "id".getBytes(StandardCharsets.UTF_8);
    Packet packet =
        new Packet(
            "kronocyte/v1/a/b/ack/1", "{}", false, Optional.of(Duration.ofHours(1)), correlation);
    transport.publish(packet).get(10, TimeUnit.SECONDS);
    Await.until("seen", () -> Files.readString(file).endsWith("\n"));
    assertEquals("application/json 3600 id {}", Files.readString(file).strip());
  }

  @Test
  void responseTopicAndCorrelationAreReceived() throws Exception {
    transport.connect(WILL, heard);
    transport.subscribe("kronocyte/cmd/+", false).get(10, TimeUnit.SECONDS);
    mosquitto.publish(
        "-V",
        "5",
        "-t",
        "kronocyte/cmd/x",
        "-m",
        "{}",
        "-D",
        "publish",
        "response-topic",
        "kronocyte/answer",
        "-D",
        "publish",
        "correlation-data",
        "abc");
    Await.until("received", () -> heard.messages().size() == 1);
    Incoming message = heard.messages().get(0);
    assertEquals(Optional.of("kronocyte/answer"), message.responseTopic());
    assertArrayEquals("abc".getBytes(StandardCharsets.UTF_8), message.correlation());
  }

  /** Why a message at which the connection ends again and again is set aside. */
  @Test
  void brokerThatHasNoRoomForAPacketDropsTheConnection() throws Exception {
    mosquitto.halt();
    Path settings = folder.resolve("mosquitto.conf");
    Files.writeString(settings, Files.readString(settings) + "max_packet_size 1000\n");
    mosquitto.start();
    transport.connect(WILL, heard);
    assertThrows(ExecutionException.class, () -> send("kronocyte/large", "x".repeat(2000)));
    Await.until("told", () -> heard.losses().size() == 1);
  }

  @Test
  void brokerSaysHowManyPacketsItTakesAtATime() throws Exception {
    mosquitto.halt();
    Path settings = folder.resolve("mosquitto.conf");
    Files.writeString(settings, Files.readString(settings) + "max_inflight_messages 5\n");
    mosquitto.start();
    transport.connect(WILL, heard);
    assertEquals(5, transport.window());
    for (int i = 0; i < 4; i++) {
      var unused = transport.publish(new Packet("kronocyte/some", "{}", false));
    }
    send("kronocyte/last", "{}");
    assertTrue(transport.isConnected());
  }

  @Test
  void largerThanAnyCommandNeverLeavesTheBroker() throws Exception {
    transport.connect(WILL, heard);
    transport.subscribe("kronocyte/cmd/+", false).get(10, TimeUnit.SECONDS);
    Path large =
        Files.writeString(
            folder.resolve("large"), "x".repeat((int) Mqtt5Transport.MAX_PACKET_BYTES));
    mosquitto.publish("-t", "kronocyte/cmd/large", "-f", large.toString());
    mosquitto.publish("-t", "kronocyte/cmd/small", "-m", "{}");
    Await.until("received", () -> !heard.messages().isEmpty());
    assertEquals("kronocyte/cmd/small", heard.messages().get(0).topic());
  }
}
