package org.kronocyte.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kronocyte.problem.Problem;

/** What a publisher does on links and with brokers that are worse than they seem. */
@Timeout(20)
class LinkTest {
  private static final Publisher.Patience IMPATIENT =
      new Publisher.Patience(
          Duration.ofMillis(300), Duration.ofMillis(200), Duration.ofMillis(200));

  private final FakeTransport transport = new FakeTransport();
  private final MemoryOutbox outbox = new MemoryOutbox(MemoryOutbox.STANDARD_BYTES);
  private final Messages messages = Samples.messages();
  private final List<Incoming> commands = new CopyOnWriteArrayList<>();
  private volatile Instant now = Samples.NOON;
  private Publisher publisher;

  private void start(LinkPlan plan, Flattening... flattenings) {
    publisher =
        new Publisher(
            transport,
            outbox,
            messages,
            Samples.status(DeviceStatus.State.READY),
            new Backoff(Duration.ofMillis(5), Duration.ofMillis(40), new Random(1)),
            new DeviceClock(() -> now, System::nanoTime, () -> false),
            new PublisherOptions(
                IMPATIENT, plan, Duration.ofMillis(300), List.of(flattenings), commands::add));
    publisher.start();
  }

  private void start() {
    start(LinkPlan.STANDARD);
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

  private void offerSlide() {
    publisher.offer(messages.slide(Samples.slide(false), SlideJson.State.FINAL, 1));
  }

  private void offerPreliminary() {
    publisher.offer(messages.slide(Samples.slide(false), SlideJson.State.PRELIMINARY, 1));
  }

  private List<String> topics() {
    List<String> all = new ArrayList<>();
    for (int connection = 1; connection <= transport.connections(); connection++) {
      all.addAll(transport.topics(connection));
    }
    return all;
  }

  private static String state(Packet packet) throws Exception {
    return SchemaCheck.assertValid(packet.payload()).get("state").textValue();
  }

  @Test
  void mqttReq10BrokerThatThrowsAwayWhatItAcknowledgesGetsNoResult() throws Exception {
    transport.passOn(false);
    start();
    offerFields(1, 3);
    Await.until("tried again", () -> transport.connections() >= 3);
    assertEquals(3, outbox.size());
    assertFalse((boolean) publisher.figures().get("broker_connected"));
    assertTrue(topics().stream().allMatch("status"::equals), () -> topics().toString());
    transport.passOn(true);
    Await.until("then all arrive", () -> outbox.size() == 0);
  }

  @Test
  void mqttReq16RefusedMessageHoldsNothingUpAndIsTriedAgain() throws Exception {
    transport.refuse(packet -> packet.topic().endsWith("/field/s2"));
    start();
    offerFields(1, 40);
    Await.until("the others", () -> outbox.size() == 1);
    assertEquals(1, transport.connections(), "the connection is fine");
    assertEquals(1, publisher.figures().get("refused_messages"));
    long attempts = topics().stream().filter("field/s2"::equals).count();
    assertTrue(attempts <= 2, attempts + " attempts");
    transport.refuse(packet -> false);
    Await.until("now it is taken", () -> outbox.size() == 0);
  }

  @Test
  void mqttReq16MessageTheBrokerStumblesOverHoldsUpNothingForLong() throws Exception {
    transport.dropConnectionAt(packet -> packet.topic().endsWith("/field/s3"));
    start();
    offerFields(1, 30);
    Await.until("the others", () -> outbox.size() == 1);
    transport.dropConnectionAt(packet -> false);
    Await.until("nothing is given up", () -> outbox.size() == 0);
  }

  @Test
  void mqttReq35RefusedAlertIsNotSentOnceItIsOver() throws Exception {
    transport.refuse(packet -> packet.topic().endsWith("/alert/disk_low"));
    start();
    publisher.offer(messages.alert(new Problem("disk_low", "12 MiB are left", "free some")));
    Await.until("refused", () -> publisher.figures().get("refused_messages").equals(1));
    publisher.offer(messages.alertOver("disk_low"));
    Await.until("replaced", () -> outbox.size() == 1);
    transport.refuse(packet -> false);
    Await.until("all is said", () -> outbox.size() == 0);
    long raised =
        transport.sent().stream()
            .filter(s -> s.packet().topic().endsWith("/disk_low"))
            .dropWhile(s -> !s.packet().payload().isEmpty())
            .filter(s -> !s.packet().payload().isEmpty())
            .count();
    assertEquals(0, raised, "after its end");
  }

  @Test
  void mqttReq9LateWillIsAnsweredByAStatus() throws Exception {
    start();
    Await.until("born", () -> (boolean) publisher.figures().get("broker_connected"));
    Packet will = transport.will();
    transport.deliver(
        new Incoming(will.topic(), will.bytes(), false, Optional.empty(), new byte[0]));
    Await.until("said again", () -> transport.topics(1).size() == 2);
    assertEquals("ready", state(transport.sent().get(1).packet()));
  }

  @Test
  void mqttReq15QuietLinkIsTriedByAStatus() throws Exception {
    start();
    Await.until("a second status without anything new", () -> transport.topics(1).size() >= 2);
    transport.answer(false);
    Await.until("a dead link is given up", () -> transport.connections() >= 2);
  }

  @Test
  void commandsArePassedOnAndAnswersGoFirst() throws Exception {
    transport.answer(false);
    start();
    Await.until("connected", () -> transport.topics(1).size() == 1);
    offerFields(1, 3);
    Await.until("in flight", () -> transport.topics(1).size() == 4);
    byte[] text = "{}".getBytes(StandardCharsets.UTF_8);
    Incoming command =
        new Incoming(
            "kronocyte/v1/clinic-1/scope-2/cmd/report", text, false, Optional.empty(), new byte[0]);
    transport.deliver(command);
    assertEquals(List.of(command), commands);
    transport.answer(true).breakOff();
    publisher.reply(new Packet("kronocyte/v1/clinic-1/scope-2/ack/r", "{}", false));
    Await.until("delivered", () -> outbox.size() == 0);
    assertEquals(
        List.of("status", "ack/r", "field/s1", "field/s2", "field/s3"), transport.topics(2));
  }

  @Test
  void answerIsSentAgainUntilItIsAcknowledged() throws Exception {
    transport.answer(false);
    start();
    publisher.reply(new Packet("kronocyte/v1/clinic-1/scope-2/ack/r", "{}", false));
    Await.until("sent", () -> transport.topics(1).contains("ack/r"));
    transport.answer(true).breakOff();
    Await.until(
        "again", () -> transport.connections() == 2 && transport.topics(2).contains("ack/r"));
  }

  @Test
  void mqttReq17SendsNoFasterThanTheRate() throws Exception {
    LinkPlan slow = new LinkPlan(200_000, Long.MAX_VALUE, List.of(), Optional.empty());
    start(slow);
    Message message = messages.field("s", 1, Samples.crowdedField(200));
    long each = message.packet(now).wireBytes();
    long began = System.nanoTime();
    int count = (int) ((300_000 + Messages.MAX_BYTES) / each);
    for (int i = 0; i < count; i++) {
      publisher.offer(message);
    }
    Await.until("all", Duration.ofSeconds(15), () -> outbox.size() == 0);
    double seconds = (System.nanoTime() - began) / 1e9;
    assertTrue(
        seconds > 0.9 * (count * each - Messages.MAX_BYTES - each) / 200_000, seconds + " s");
  }

  private static LinkPlan window(String from, String to, Optional<Message.Kind> urgent) {
    LinkPlan.Window window = new LinkPlan.Window(LocalTime.parse(from), LocalTime.parse(to));
    return new LinkPlan(256 * 1024, Long.MAX_VALUE, List.of(window), urgent);
  }

  @Test
  void mqttReq18OutsideTheWindowOnlyTheUrgentConnects() throws Exception {
    start(window("13:00", "14:00", Optional.of(Message.Kind.ALERT)));
    offerFields(1, 3);
    offerPreliminary();
    Thread.sleep(200);
    assertEquals(0, transport.attempts());
    offerSlide();
    Await.until("the slide", () -> outbox.size() == 3);
    Await.until("closed again", transport::saidGoodbye);
    assertEquals(List.of("status", "slide/s-2026-0042", "status"), transport.topics(1));
    assertEquals("sleeping", state(transport.sent().get(2).packet()));
    Thread.sleep(100);
    assertEquals(1, transport.connections());
  }

  /** What waited when the program ended is looked at, not sent on suspicion. */
  @Test
  void mqttReq18AtTheStartOnlyTheUrgentConnects() throws Exception {
    outbox.add(messages.field("s", 1, Samples.field()));
    outbox.add(messages.slide(Samples.slide(false), SlideJson.State.PRELIMINARY, 1));
    start(window("13:00", "14:00", Optional.of(Message.Kind.ALERT)));
    Thread.sleep(200);
    assertEquals(0, transport.attempts());
    publisher.close();
    outbox.add(messages.slide(Samples.slide(false), SlideJson.State.FINAL, 2));
    start(window("13:00", "14:00", Optional.of(Message.Kind.ALERT)));
    Await.until("the result", () -> topics().contains("slide/s-2026-0042"));
  }

  @Test
  void mqttReq11AtTheEndOfTheWindowTheLinkIsClosedPolitely() throws Exception {
    start(window("11:00", "12:30", Optional.empty()));
    offerFields(1, 2);
    Await.until("sent", () -> outbox.size() == 0);
    now = Instant.parse("2026-11-22T12:30:00Z");
    Await.until("goodbye", transport::saidGoodbye);
    offerFields(3, 4);
    offerSlide();
    Thread.sleep(100);
    assertEquals(1, transport.connections());
    assertEquals(3, outbox.size());
  }

  @Test
  void mqttReq18WhenTheBytesOfTheDayAreSpentTheLinkIsClosed() throws Exception {
    LinkPlan dear = new LinkPlan(256 * 1024, 10_000, List.of(), Optional.of(Message.Kind.ALERT));
    start(dear);
    offerFields(1, 30);
    Await.until("goodbye", transport::saidGoodbye);
    int left = outbox.size();
    assertTrue(left > 5, left + " left");
    long sent = (long) publisher.figures().get("sent_bytes_today");
    assertTrue(sent >= 10_000 && sent < 10_000 + 16 * 3_000, sent + " bytes");
    offerSlide();
    Await.until("but a result goes", () -> topics().contains("slide/s-2026-0042"));
  }

  /** As HiveMQ Edge, which takes ten. */
  @Test
  void mqttReq13BrokerThatTakesFewerAtATimeGetsNoMore() throws Exception {
    transport.limit(3).answer(false);
    Flattening talkative =
        new Flattening() {
          @Override
          public List<Packet> atConnect() {
            return beside(null);
          }

          @Override
          public List<Packet> beside(Message message) {
            return Collections.nCopies(5, new Packet(Samples.ADDRESS.status() + "/x", "{}", true));
          }
        };
    start(LinkPlan.STANDARD, talkative);
    offerFields(1, 10);
    Await.until(
        "delivered",
        () -> {
          transport.sent().forEach(s -> s.acknowledgement().complete(null));
          return outbox.size() == 0;
        });
    assertEquals(1, transport.connections());
    assertEquals(5 + 10 * 5, transport.topics(1).stream().filter("status/x"::equals).count());
  }

  @Test
  void flatteningGoesBesideAndItsRefusalHoldsUpNothing() throws Exception {
    Flattening flattening =
        new Flattening() {
          @Override
          public List<Packet> atConnect() {
            return List.of(new Packet("kronocyte/v1/clinic-1/scope-2/flat-birth", "{}", true));
          }

          @Override
          public List<Packet> beside(Message message) {
            return List.of(new Packet("kronocyte/v1/clinic-1/scope-2/flat", "{}", false));
          }
        };
    start(LinkPlan.STANDARD, flattening);
    Await.until("born", () -> transport.topics(1).contains("flat-birth"));
    publisher.offer(messages.health(Map.of("a", 1)));
    Await.until("delivered", () -> outbox.size() == 0);
    assertEquals(List.of("status", "flat-birth", "flat", "health"), transport.topics(1));
    transport.refuse(packet -> packet.topic().endsWith("/flat"));
    publisher.offer(messages.health(Map.of("a", 2)));
    Await.until("delivered", () -> outbox.size() == 0);
  }

  @Test
  void flatteningTheBrokerStumblesOverIsSwitchedOff() throws Exception {
    Flattening flattening =
        new Flattening() {
          @Override
          public List<Packet> atConnect() {
            return List.of();
          }

          @Override
          public List<Packet> beside(Message message) {
            return List.of(new Packet("kronocyte/v1/clinic-1/scope-2/flat", "{}", false));
          }
        };
    transport.dropConnectionAt(packet -> packet.topic().endsWith("/flat"));
    start(LinkPlan.STANDARD, flattening);
    offerSlide();
    offerFields(1, 10);
    Await.until("the results", () -> outbox.size() == 0);
    assertEquals(Dashboards.LOSSES, topics().stream().filter("flat"::equals).count());
    assertEquals(0, publisher.figures().get("refused_messages"));
  }
}
