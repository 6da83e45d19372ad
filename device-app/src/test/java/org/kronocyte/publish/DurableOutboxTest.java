package org.kronocyte.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.store.Database;

class DurableOutboxTest extends OutboxContract {
  @TempDir Path folder;

  private final AtomicLong nanos = new AtomicLong(7);
  private final AtomicInteger opened = new AtomicInteger();
  private Database database;

  @BeforeEach
  void open() throws Exception {
    database = Database.own(folder, new Database.Settings(true, Duration.ofMillis(200)));
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Override
  Outbox outbox(long maxBytes, DrainOrder order) throws Exception {
    assertEquals(1, opened.incrementAndGet(), "one outbox a test");
    return new DurableOutbox(database, maxBytes, nanos::get, order);
  }

  private DurableOutbox reopened() throws Exception {
    database.close();
    open();
    return new DurableOutbox(database, Messages.MAX_BYTES, nanos::get);
  }

  @Test
  void whatWaitsAndWhatWasDroppedOutlivesTheProcess() throws Exception {
    Outbox before = outbox(Messages.MAX_BYTES);
    before.add(message(Message.Kind.FIELD, "dropped", HALF));
    before.add(message(Message.Kind.FIELD, "f1", "{}"));
    before.add(message(Message.Kind.SLIDE, "s1", HALF));
    before.add(message(Message.Kind.FIELD, "f2", "{}"));
    before.take();
    DurableOutbox after = reopened();
    assertEquals(1, after.dropped());
    assertEquals(List.of("s1", "f1", "f2"), takeAll(after));
  }

  @Test
  void healthOfAnEarlierRunIsForgotten() throws Exception {
    outbox(Messages.MAX_BYTES).add(message(Message.Kind.HEALTH, "h", "{}"));
    assertEquals(0, reopened().size());
  }

  @Test
  void resultOfAnEarlierRunIsHistorical() throws Exception {
    outbox(Messages.MAX_BYTES).add(message(Message.Kind.SLIDE, "s", "{}"));
    DurableOutbox after = reopened();
    after.add(message(Message.Kind.SLIDE, "now", "{}"));
    assertTrue(after.take().orElseThrow().message().queuedOffline());
    assertFalse(after.take().orElseThrow().message().queuedOffline());
  }

  /** By the monotonic clock: the wall clock may be set meanwhile. */
  @Test
  void resultThatWaitedLongIsHistorical() throws Exception {
    Outbox outbox = outbox(Messages.MAX_BYTES);
    outbox.add(message(Message.Kind.SLIDE, "s", "{}"));
    nanos.addAndGet(Message.LATE.toNanos());
    assertFalse(outbox.take().orElseThrow().message().queuedOffline());
    outbox.releaseTaken();
    nanos.incrementAndGet();
    assertTrue(outbox.take().orElseThrow().message().queuedOffline());
  }

  @Test
  void clockThatJumpsDoesNotReorder() throws Exception {
    Outbox outbox = outbox(Messages.MAX_BYTES);
    for (String at :
        List.of("2026-11-22T00:00:00Z", "2036-11-22T00:00:00Z", "2016-01-01T00:00:00Z")) {
      outbox.add(new Message(Message.Kind.FIELD, at, "{}", Instant.parse(at), false));
    }
    assertEquals(
        List.of("2026-11-22T00:00:00Z", "2036-11-22T00:00:00Z", "2016-01-01T00:00:00Z"),
        takeAll(outbox));
  }

  @Test
  void messageGoesWithItsTransactionOrNotAtAll() throws Exception {
    DurableOutbox outbox = (DurableOutbox) outbox(Messages.MAX_BYTES);
    assertThrows(
        ProblemException.class,
        () ->
            database.write(
                tx -> {
                  outbox.add(tx, message(Message.Kind.SLIDE, "s", HALF));
                  throw new ProblemException("by_test", "undone", "nothing");
                }));
    assertEquals(0, outbox.size());
    assertEquals(0, outbox.bytes());
    database.write(
        tx -> {
          outbox.add(tx, message(Message.Kind.SLIDE, "s", "{}"));
          return null;
        });
    assertEquals(List.of("s"), takeAll(outbox));
  }

  /** Where the disk is full, a delivered message isn't sent again in this run, and goes later. */
  @Test
  void acknowledgementThatCannotBeWrittenIsKeptInMind() throws Exception {
    Outbox outbox = outbox(Messages.MAX_BYTES);
    outbox.add(message(Message.Kind.FIELD, "a", "{}"));
    outbox.add(message(Message.Kind.FIELD, "b", "{}"));
    Outbox.Entry a = outbox.take().orElseThrow();
    try (Database guest =
        Database.visit(folder, new Database.Settings(true, Duration.ofMillis(1)))) {
      guest.write(
          tx -> {
            // The guest's write blocks the owner's until its patience ends.
            outbox.acknowledge(a.id());
            return null;
          });
    }
    outbox.releaseTaken();
    assertEquals(1, outbox.size());
    assertEquals(List.of("b"), takeAll(outbox));
    Outbox.Entry b = new Outbox.Entry(a.id() + 1, a.message());
    outbox.acknowledge(b.id());
    assertEquals(0, reopened().size(), "both deletions were made up for");
  }

  @Test
  void firstIsFoundWithoutSorting() throws Exception {
    outbox(Messages.MAX_BYTES);
    List<String> plan =
        database.read(
            tx ->
                tx.query(
                    "EXPLAIN QUERY PLAN " + OutboxRows.FIRST, row -> row.text("detail"), 0, 1));
    assertEquals(1, plan.size(), () -> plan.toString());
    assertTrue(plan.get(0).contains("COVERING INDEX outbox_order"), () -> plan.toString());
  }

  private void damage(String how) throws Exception {
    assertEquals(1, (int) database.write(tx -> tx.update("UPDATE outbox SET " + how)));
  }

  /** As by a rotten page in the middle of a text, which the database can't notice. */
  @Test
  void mqttReq16DamagedMessageIsGivenUpAndHoldsUpNothing() throws Exception {
    Outbox before = outbox(Messages.MAX_BYTES);
    for (Message.Kind kind : List.of(Message.Kind.SLIDE, Message.Kind.ALERT, Message.Kind.FIELD)) {
      before.add(message(kind, "json " + kind, "{\"state\":\"final\"}"));
      damage("json = '{\"sta' || x'01' || 'e\":' WHERE topic = 'json " + kind + "'");
    }
    before.add(message(Message.Kind.FIELD, "no object", "{}"));
    damage("json = '7' WHERE topic = 'no object'");
    before.add(message(Message.Kind.FIELD, "kind", "{}"));
    damage("kind = 'FIELE' WHERE topic = 'kind'");
    before.add(message(Message.Kind.FIELD, "time", "{}"));
    damage("created_at = '2026-1' WHERE topic = 'time'");
    before.add(message(Message.Kind.SLIDE, "sound slide", "{}"));
    before.add(message(Message.Kind.FIELD, "sound field", "{}"));
    DurableOutbox after = reopened();
    List<String> asked = new ArrayList<>();
    after.anyWaits(m -> !asked.add(m.topic()));
    assertEquals(List.of("sound slide"), asked);
    assertEquals(List.of("sound slide", "sound field"), takeAll(after));
    after.releaseTaken();
    assertEquals(List.of("sound slide", "sound field"), takeAll(after));
    assertEquals(2, after.size());
    assertEquals(6, after.dropped());
  }

  @Test
  void damagedMessageThatCannotBeDeletedIsPassedOverOnceAndForAll() throws Exception {
    DurableOutbox outbox = (DurableOutbox) outbox(Messages.MAX_BYTES);
    outbox.add(message(Message.Kind.FIELD, "damaged", "{}"));
    damage("json = '{'");
    outbox.add(message(Message.Kind.FIELD, "sound", "{}"));
    database.write(
        tx ->
            tx.update(
                "CREATE TRIGGER full BEFORE DELETE ON outbox"
                    + " BEGIN SELECT RAISE(ABORT, 'disk is full'); END"));
    assertEquals(List.of("sound"), takeAll(outbox));
    outbox.releaseTaken();
    assertEquals(1, outbox.size());
    database.write(tx -> tx.update("DROP TRIGGER full"));
    assertEquals(List.of("sound"), takeAll(outbox));
    assertEquals(1, outbox.size());
    assertEquals(1, outbox.dropped());
  }
}
