package org.kronocyte.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MemoryOutboxTest {
  private static final String HALF = "x".repeat(Messages.MAX_BYTES / 2);

  private final MemoryOutbox outbox = new MemoryOutbox(Messages.MAX_BYTES);

  private static Message message(Message.Kind kind, String topic, String json) {
    return new Message(kind, topic, json, Samples.NOON, false);
  }

  private static List<String> takeAll(Outbox outbox) {
    List<String> topics = new ArrayList<>();
    for (Optional<Outbox.Entry> e = outbox.take(); e.isPresent(); e = outbox.take()) {
      topics.add(e.get().message().topic());
    }
    return topics;
  }

  @Test
  void givesEachOnceInOrderUntilReleased() {
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
  void fullOutboxDropsTheOldestFieldBeforeAnySlideResult() {
    outbox.add(message(Message.Kind.SLIDE, "slide", HALF));
    outbox.add(message(Message.Kind.FIELD, "field 1", "xx"));
    outbox.add(message(Message.Kind.FIELD, "field 2", "xx"));
    outbox.add(message(Message.Kind.SLIDE, "slide 2", HALF.substring(2)));
    assertEquals(1, outbox.dropped());
    assertEquals(List.of("slide", "field 2", "slide 2"), takeAll(outbox));
  }

  @Test
  void fullOfSlideResultsDropsTheOldestOfThem() {
    outbox.add(message(Message.Kind.SLIDE, "1", HALF));
    outbox.add(message(Message.Kind.SLIDE, "2", HALF));
    outbox.add(message(Message.Kind.SLIDE, "3", HALF));
    assertEquals(List.of("2", "3"), takeAll(outbox));
    assertEquals(1, outbox.dropped());
  }

  @Test
  void onlyTheNewestHealthWaits() {
    outbox.add(message(Message.Kind.HEALTH, "old", "{}"));
    outbox.add(message(Message.Kind.HEALTH, "new", "{}"));
    assertEquals(List.of("new"), takeAll(outbox));
    assertEquals(0, outbox.dropped(), "replaced, not dropped");
  }

  @Test
  void neverHoldsMoreThanItsBound() {
    Random random = new Random(5);
    long added = 0;
    long acknowledged = 0;
    for (int i = 0; i < 2000; i++) {
      Message.Kind kind = random.nextBoolean() ? Message.Kind.FIELD : Message.Kind.SLIDE;
      outbox.add(message(kind, "t", "x".repeat(random.nextInt(10_000))));
      added++;
      if (random.nextInt(3) == 0) {
        Optional<Outbox.Entry> entry = outbox.take();
        if (entry.isPresent()) {
          outbox.acknowledge(entry.get().id());
          acknowledged++;
        }
      }
      assertTrue(outbox.bytes() <= Messages.MAX_BYTES);
    }
    assertEquals(added, acknowledged + outbox.dropped() + outbox.size());
  }

  @Test
  void tooSmallForOneMessageIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new MemoryOutbox(1000));
  }
}
