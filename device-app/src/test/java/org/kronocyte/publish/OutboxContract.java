package org.kronocyte.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every outbox does. */
abstract class OutboxContract {
  static final String HALF = json(Messages.MAX_BYTES / 2);

  /** An empty one. */
  abstract Outbox outbox(long maxBytes, DrainOrder order) throws Exception;

  Outbox outbox(long maxBytes) throws Exception {
    return outbox(maxBytes, DrainOrder.OLDEST_FIRST);
  }

  private Outbox small() throws Exception {
    return outbox(Messages.MAX_BYTES);
  }

  static Message message(Message.Kind kind, String topic, String json) {
    return new Message(kind, topic, json, Samples.NOON, false);
  }

  /** An object of so many bytes, at least 8. */
  static String json(int bytes) {
    return "{\"x\":\"" + "x".repeat(bytes - 8) + "\"}";
  }

  private static String numbered(int number) {
    return "{\"n\":" + number + "}";
  }

  static List<String> takeAll(Outbox outbox) {
    List<String> topics = new ArrayList<>();
    for (Optional<Outbox.Entry> e = outbox.take(); e.isPresent(); e = outbox.take()) {
      topics.add(e.get().message().topic());
    }
    return topics;
  }

  @Test
  void givesBackWhatWasAdded() throws Exception {
    Outbox outbox = small();
    Message message =
        new Message(Message.Kind.FIELD, "a/ü", "{\"é\":1}", Samples.NOON.plusNanos(5), true);
    outbox.add(message);
    assertEquals(message, outbox.take().orElseThrow().message());
    assertEquals("{\"é\":1}".getBytes(StandardCharsets.UTF_8).length, outbox.bytes());
  }

  @Test
  void givesEachOnceInOrderUntilReleased() throws Exception {
    Outbox outbox = small();
    for (String topic : List.of("a", "b", "c")) {
      outbox.add(message(Message.Kind.FIELD, topic, "{}"));
    }
    Outbox.Entry first = outbox.take().orElseThrow();
    assertEquals(List.of("b", "c"), takeAll(outbox));
    outbox.acknowledge(first.id());
    outbox.acknowledge(first.id());
    assertEquals(2, outbox.size());
    outbox.releaseTaken();
    assertEquals(List.of("b", "c"), takeAll(outbox));
  }

  @Test
  void worthMostGoesFirstThenOldest() throws Exception {
    Outbox outbox = small();
    for (Message.Kind kind : Message.Kind.values()) {
      outbox.add(message(kind, kind + "-1", "{}"));
      outbox.add(message(kind, kind + "-2", "{}"));
    }
    assertEquals(
        List.of(
            "SLIDE-1",
            "SLIDE-2",
            "ALERT-1",
            "ALERT-2",
            "FIELD-1",
            "FIELD-2",
            "CROP-1",
            "CROP-2",
            "HEALTH-1",
            "HEALTH-2"),
        takeAll(outbox));
  }

  @Test
  void onlyWhatIsWorthEnoughIsTaken() throws Exception {
    Outbox outbox = small();
    for (Message.Kind kind : Message.Kind.values()) {
      outbox.add(message(kind, kind.toString(), "{}"));
    }
    List<String> taken = new ArrayList<>();
    for (Optional<Outbox.Entry> e = outbox.take(Message.Kind.ALERT);
        e.isPresent();
        e = outbox.take(Message.Kind.ALERT)) {
      taken.add(e.get().message().topic());
    }
    assertEquals(List.of("SLIDE", "ALERT"), taken);
    assertEquals(List.of("FIELD", "CROP", "HEALTH"), takeAll(outbox), "the rest is free");
  }

  @Test
  void newestSlideGoesFirstAndEachKeepsItsOrder() throws Exception {
    Outbox outbox = outbox(Messages.MAX_BYTES, DrainOrder.NEWEST_FIRST);
    for (int slide = 1; slide <= 3; slide++) {
      for (int field = 1; field <= 3; field++) {
        outbox.add(message(Message.Kind.FIELD, "field/s" + slide, numbered(field)));
        outbox.add(message(Message.Kind.CROP, "crop/s" + slide + "/" + field, "{}"));
        outbox.add(message(Message.Kind.CROP, "crop/s" + slide + "x/" + field, "{}"));
        outbox.add(message(Message.Kind.SLIDE, "slide/s" + slide, "{}"));
      }
      outbox.add(message(Message.Kind.ALERT, "alert/" + slide, "{}"));
    }
    assertEquals("slide/s3", outbox.take().orElseThrow().message().topic());
    assertEquals("slide/s2", outbox.take().orElseThrow().message().topic());
    outbox.add(message(Message.Kind.SLIDE, "slide/s4", "{}"));
    assertEquals(
        List.of("slide/s4", "slide/s1", "alert/1", "alert/2", "alert/3"),
        takeAll(outbox).subList(0, 5));
    outbox.releaseTaken();
    List<String> all = new ArrayList<>();
    for (Optional<Outbox.Entry> e = outbox.take(); e.isPresent(); e = outbox.take()) {
      all.add(e.get().message().topic() + " " + e.get().message().json());
    }
    List<String> fields = new ArrayList<>();
    List<String> crops = new ArrayList<>();
    for (int slide = 3; slide >= 1; slide--) {
      for (int field = 1; field <= 3; field++) {
        fields.add("field/s" + slide + " " + numbered(field));
      }
      for (String name : List.of("s" + slide + "x", "s" + slide)) {
        for (int field = 1; field <= 3; field++) {
          crops.add("crop/" + name + "/" + field + " {}");
        }
      }
    }
    assertEquals(fields, all.stream().filter(t -> t.startsWith("field")).toList());
    assertEquals(crops, all.stream().filter(t -> t.startsWith("crop")).toList());
  }

  /** Against an obvious model: of the best kind left, the slide added to last, from its start. */
  @Test
  void newestFirstAgreesWithAList() throws Exception {
    Random random = new Random(8);
    Outbox outbox = outbox(Messages.MAX_BYTES, DrainOrder.NEWEST_FIRST);
    List<Message> model = new ArrayList<>();
    List<Message.Kind> kinds = List.of(Message.Kind.CROP, Message.Kind.FIELD, Message.Kind.ALERT);
    for (int i = 0; i < 300; i++) {
      Message.Kind kind = kinds.get(random.nextInt(kinds.size()));
      String slide = "s" + (i / 20 - random.nextInt(2));
      Message added = message(kind, kind + "/" + slide + "/" + i, numbered(i));
      if (kind == Message.Kind.FIELD) {
        added = message(kind, "FIELD/" + slide, numbered(i));
      }
      outbox.add(added);
      model.add(added);
      assertEquals(Optional.empty(), outbox.take(Message.Kind.SLIDE));
      if (random.nextInt(3) == 0) {
        Message.Kind best = model.stream().map(Message::kind).max(Comparator.naturalOrder()).get();
        List<Message> of = model.stream().filter(m -> m.kind() == best).toList();
        String newest = of.get(of.size() - 1).topic().split("/", -1)[1];
        Message first =
            best == Message.Kind.ALERT
                ? of.get(0)
                : of.stream()
                    .filter(m -> m.topic().split("/", -1)[1].equals(newest))
                    .findFirst()
                    .orElseThrow();
        Outbox.Entry entry = outbox.take().orElseThrow();
        assertEquals(first.json(), entry.message().json());
        outbox.acknowledge(entry.id());
        model.remove(first);
      }
    }
    assertEquals(model.size(), outbox.size());
  }

  @Test
  void mqttReq35AlertThatWaitsIsReplacedByItsEnd() throws Exception {
    Outbox outbox = small();
    outbox.add(message(Message.Kind.ALERT, "alert/a", "{}"));
    outbox.add(message(Message.Kind.ALERT, "alert/b", "{}"));
    outbox.add(message(Message.Kind.ALERT, "alert/a", ""));
    outbox.add(message(Message.Kind.ALERT, "alert/b", ""));
    outbox.add(message(Message.Kind.ALERT, "alert/b", "{}"));
    assertEquals(2, outbox.size());
    assertEquals("", outbox.take().orElseThrow().message().json());
    assertEquals("{}", outbox.take().orElseThrow().message().json());
  }

  /** A stale alert must not come back after its end. */
  @Test
  void mqttReq35AlertThatIsSetAsideIsReplacedByItsEnd() throws Exception {
    Outbox outbox = small();
    outbox.add(message(Message.Kind.ALERT, "alert/a", "{}"));
    outbox.setAside(outbox.take().orElseThrow());
    outbox.add(message(Message.Kind.ALERT, "alert/b", "{}"));
    outbox.add(message(Message.Kind.ALERT, "alert/a", ""));
    assertEquals(2, outbox.size());
    assertEquals(2, outbox.bytes());
    assertEquals(List.of("alert/b", "alert/a"), takeAll(outbox));
    outbox.releaseTaken();
    Outbox.Entry again = outbox.take().orElseThrow();
    outbox.add(message(Message.Kind.ALERT, "alert/b", ""));
    assertEquals(3, outbox.size(), "sent again, it is on its way");
    outbox.setAside(again);
    assertEquals(2, outbox.size(), "it came to nothing");
  }

  @Test
  void knowsWhetherSomethingWeightyWaits() throws Exception {
    Outbox outbox = small();
    outbox.add(message(Message.Kind.FIELD, "f", "{}"));
    assertFalse(outbox.anyWaits(m -> true), "nothing below an alert is asked");
    outbox.add(message(Message.Kind.SLIDE, "s", "{}"));
    assertFalse(outbox.anyWaits(m -> m.topic().equals("t")));
    assertTrue(outbox.anyWaits(m -> m.topic().equals("s")));
  }

  @Test
  void fullOutboxDropsTheOldestOfLeastWorth() throws Exception {
    Outbox outbox = small();
    outbox.add(message(Message.Kind.SLIDE, "slide", HALF));
    outbox.add(message(Message.Kind.FIELD, "field 1", "{}"));
    outbox.add(message(Message.Kind.CROP, "crop", "{}"));
    outbox.add(message(Message.Kind.ALERT, "alert", "{}"));
    outbox.add(message(Message.Kind.FIELD, "field 2", "{}"));
    outbox.add(message(Message.Kind.SLIDE, "slide 2", json(HALF.length() - 4)));
    assertEquals(2, outbox.dropped());
    assertEquals(List.of("slide", "slide 2", "alert", "field 2"), takeAll(outbox));
  }

  @Test
  void whatIsOnItsWayIsDroppedLast() throws Exception {
    Outbox outbox = small();
    outbox.add(message(Message.Kind.FIELD, "taken", HALF));
    assertEquals("taken", outbox.take().orElseThrow().message().topic());
    outbox.add(message(Message.Kind.FIELD, "waiting", HALF));
    outbox.add(message(Message.Kind.FIELD, "new", "{}"));
    outbox.releaseTaken();
    assertEquals(List.of("taken", "new"), takeAll(outbox));
  }

  @Test
  void slideResultsAreNeverDropped() throws Exception {
    Outbox outbox = small();
    for (String topic : List.of("1", "2", "3")) {
      outbox.add(message(Message.Kind.SLIDE, topic, HALF));
    }
    outbox.add(message(Message.Kind.FIELD, "field", "{}"));
    assertEquals(List.of("1", "2", "3"), takeAll(outbox));
    assertEquals(1, outbox.dropped(), "the field had to go");
  }

  @Test
  void onlyTheNewestHealthAndTheNewestResultOfASlideWait() throws Exception {
    Outbox outbox = small();
    outbox.add(message(Message.Kind.SLIDE, "s1", numbered(1)));
    outbox.add(message(Message.Kind.SLIDE, "s2", numbered(2)));
    outbox.add(message(Message.Kind.SLIDE, "s1", numbered(3)));
    outbox.add(message(Message.Kind.HEALTH, "h", numbered(4)));
    outbox.add(message(Message.Kind.HEALTH, "h", numbered(5)));
    outbox.add(message(Message.Kind.FIELD, "f", numbered(6)));
    outbox.add(message(Message.Kind.FIELD, "f", numbered(7)));
    List<String> json = new ArrayList<>();
    for (Optional<Outbox.Entry> e = outbox.take(); e.isPresent(); e = outbox.take()) {
      json.add(e.get().message().json());
    }
    assertEquals(List.of(numbered(2), numbered(3), numbered(6), numbered(7), numbered(5)), json);
    assertEquals(0, outbox.dropped(), "replaced, not dropped");
  }

  @Test
  void whatIsOnItsWayIsNotReplaced() throws Exception {
    Outbox outbox = small();
    outbox.add(message(Message.Kind.SLIDE, "s1", numbered(1)));
    Outbox.Entry first = outbox.take().orElseThrow();
    outbox.add(message(Message.Kind.SLIDE, "s1", numbered(2)));
    assertEquals(2, outbox.size());
    outbox.acknowledge(first.id());
    assertEquals(numbered(2), outbox.take().orElseThrow().message().json());
  }

  /** Against an obvious model: a list searched from the start each time. */
  @Test
  void randomUseAgreesWithAList() throws Exception {
    Random random = new Random(5);
    Outbox outbox = outbox(Messages.MAX_BYTES);
    record Waiting(String topic, Message.Kind kind, int bytes) {}
    List<Waiting> model = new ArrayList<>();
    List<Message.Kind> kinds =
        List.of(Message.Kind.CROP, Message.Kind.FIELD, Message.Kind.ALERT, Message.Kind.SLIDE);
    long dropped = 0;
    for (int i = 0; i < 400; i++) {
      Message.Kind kind = kinds.get(random.nextInt(kinds.size()));
      int bytes = 8 + random.nextInt(kind == Message.Kind.SLIDE ? 1000 : 10_000);
      outbox.add(message(kind, "t" + i, json(bytes)));
      model.add(new Waiting("t" + i, kind, bytes));
      while (model.stream().mapToLong(Waiting::bytes).sum() > Messages.MAX_BYTES) {
        model.remove(model.stream().min(Comparator.comparing(Waiting::kind)).orElseThrow());
        dropped++;
      }
      if (random.nextInt(4) == 0) {
        Outbox.Entry entry = outbox.take().orElseThrow();
        Waiting first =
            model.stream().min(Comparator.comparing(Waiting::kind).reversed()).orElseThrow();
        assertEquals(first.topic(), entry.message().topic());
        outbox.acknowledge(entry.id());
        model.remove(first);
      }
      assertEquals(model.size(), outbox.size());
      assertEquals(model.stream().mapToLong(Waiting::bytes).sum(), outbox.bytes());
      assertEquals(dropped, outbox.dropped());
    }
    assertTrue(dropped > 50, "the test fills it: " + dropped);
  }

  @Test
  void tooSmallForOneMessageIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> outbox(1000));
  }
}
