package org.kronocyte.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class PublisherTest {
  private static final Publisher.Patience IMPATIENT =
      new Publisher.Patience(
          Duration.ofMillis(300), Duration.ofMillis(200), Duration.ofMillis(200));

  private final FakeTransport transport = new FakeTransport();
  private final MemoryOutbox outbox = new MemoryOutbox(MemoryOutbox.STANDARD_BYTES);
  private final Messages messages = Samples.messages();
  private final Publisher publisher = publisher(transport, IMPATIENT);

  private Publisher publisher(Transport over, Publisher.Patience patience) {
    return new Publisher(
        over,
        outbox,
        messages,
        Samples.status(DeviceStatus.State.READY),
        new Backoff(Duration.ofMillis(5), Duration.ofMillis(40), new Random(1)),
        () -> Samples.NOON,
        patience);
  }

  @AfterEach
  void stop() {
    publisher.close();
  }

  private void offerFields(int from, int to) {
    for (int number = from; number <= to; number++) {
      publisher.offer(messages.field("s" + number, number, Samples.field()));
    }
  }

  private static String state(Packet packet) throws Exception {
    return SchemaCheck.assertValid(packet.payload()).get("state").textValue();
  }

  @Test
  void mqttReq8FirstThingSaidIsTheStatusAndTheWillIsLost() throws Exception {
    offerFields(1, 2);
    publisher.start();
    Await.until("all delivered", () -> outbox.size() == 0);
    assertEquals(List.of("status", "field/s1", "field/s2"), transport.topics(1));
    assertEquals("ready", state(transport.sent().get(0).packet()));
    assertEquals("lost", state(transport.will()));
    assertTrue(transport.will().retained());
  }

  @Test
  void mqttReq14KeepsTryingFromTheVeryFirstConnection() throws Exception {
    transport.refuse(4);
    publisher.start();
    offerFields(1, 1);
    Await.until("delivered after four refusals", () -> outbox.size() == 0);
    assertEquals(5, transport.attempts());
    JsonNode field = SchemaCheck.assertValid(transport.sent().get(1).packet().payload());
    assertTrue(field.get("historical").booleanValue(), "it was made while offline");
  }

  @Test
  void offersDontShortenTheBackOff() throws Exception {
    transport.refuse(1000);
    publisher.start();
    Await.until("attempts", () -> transport.attempts() > 4);
    int before = transport.attempts();
    long began = System.nanoTime();
    offerFields(1, 200);
    while (System.nanoTime() - began < 200_000_000L) {
      Thread.sleep(5);
    }
    long passedMs = (System.nanoTime() - began) / 1_000_000;
    assertTrue(transport.attempts() - before <= passedMs / 30 + 1, "attempts at least 30 ms apart");
  }

  @Test
  void mqttReq13NoMoreThanTheWindowIsInFlight() throws Exception {
    transport.answer(false);
    publisher.start();
    offerFields(1, 40);
    Await.until("window full", () -> transport.sent().size() == Flights.WINDOW);
    Thread.sleep(50);
    assertEquals(Flights.WINDOW, transport.sent().size());
    transport.sent().get(1).acknowledgement().complete(null);
    Await.until("one more", () -> transport.sent().size() == Flights.WINDOW + 1);
    assertEquals(39, outbox.size());
  }

  @Test
  void mqttReq12UnacknowledgedIsSentAgainAfterALossInOldOrder() throws Exception {
    transport.answer(false);
    publisher.start();
    offerFields(1, 3);
    Await.until("sent", () -> transport.topics(1).size() == 4);
    transport.sent().get(2).acknowledgement().complete(null);
    Await.until("second acknowledged", () -> outbox.size() == 2);
    transport.answer(true).breakOff();
    Await.until("rest delivered", () -> outbox.size() == 0);
    assertEquals(List.of("status", "field/s1", "field/s3"), transport.topics(2));
  }

  @Test
  void mqttReq15SilentConnectionIsTakenForDead() throws Exception {
    transport.answer(false);
    publisher.start();
    offerFields(1, 1);
    Await.until("first sent", () -> transport.topics(1).size() == 2);
    transport.answer(true);
    Await.until("made anew", () -> outbox.size() == 0);
    assertTrue(transport.connections() >= 2);
  }

  @Test
  void newStatusIsToldAndToldAgainAfterALoss() throws Exception {
    publisher.start();
    Await.until("first", () -> transport.topics(1).size() == 1);
    publisher.status(Samples.status(DeviceStatus.State.BUSY));
    Await.until("second", () -> transport.topics(1).size() == 2);
    transport.breakOff();
    Await.until("third", () -> transport.topics(2).size() == 1);
    assertEquals("busy", state(transport.sent().get(1).packet()));
    assertEquals("busy", state(transport.sent().get(2).packet()));
  }

  @Test
  void mqttReq11CloseDeliversThenSaysStoppedThenGoodbye() throws Exception {
    publisher.start();
    Await.until("connected", () -> transport.topics(1).size() == 1);
    offerFields(1, 30);
    publisher.close();
    List<FakeTransport.Sent> sent = transport.sent();
    assertEquals(32, sent.size());
    assertEquals("stopped", state(sent.get(31).packet()));
    assertTrue(sent.get(31).packet().retained());
    assertTrue(transport.saidGoodbye());
    assertEquals(0, outbox.size());
  }

  @Test
  void closeIsBoundedWhenTheBrokerIsSilent() throws Exception {
    transport.answer(false);
    publisher.start();
    offerFields(1, 3);
    Await.until("sent", () -> transport.sent().size() == 4);
    long began = System.nanoTime();
    publisher.close();
    assertTrue(System.nanoTime() - began < 2_000_000_000L);
    assertFalse(transport.saidGoodbye(), "without a goodbye the broker publishes the will");
  }

  @Test
  void offerReturnsAtOnceWhileConnectingHangs() {
    transport.hangWhenConnecting();
    publisher.start();
    Message message = messages.field("s", 1, Samples.field());
    long began = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      publisher.offer(message);
    }
    assertTrue(System.nanoTime() - began < 500_000_000L);
    assertEquals(100, outbox.size());
  }

  @Test
  void figuresGoIntoHealth() throws Exception {
    publisher.start();
    Await.until("connected", () -> transport.connections() == 1);
    Await.until("said so", () -> (boolean) publisher.figures().get("broker_connected"));
    Map<String, Object> figures = publisher.figures();
    assertEquals(0L, figures.get("dropped_messages"));
    SchemaCheck.assertValid(messages.health(figures).json());
  }
}
