package org.kronocyte.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.publish.DeviceAddress;
import org.kronocyte.publish.DurableOutbox;
import org.kronocyte.publish.Message;
import org.kronocyte.publish.Outbox;
import org.kronocyte.slide.SlideStore;
import org.kronocyte.store.Database;

/** What is kept, and for how long. */
class HousekeepingTest {
  private static final DeviceAddress ADDRESS = new DeviceAddress("clinic-1", "scope-1");

  @TempDir Path folder;

  private Instant now = TestFrames.NOON;
  private long nanos;
  private Database database;
  private DurableOutbox outbox;
  private SlideDesk desk;
  private Housekeeping housekeeping;

  @BeforeEach
  void open() throws Exception {
    database = Database.own(folder, Database.Settings.STANDARD);
    outbox = new DurableOutbox(database, DurableOutbox.STANDARD_BYTES, System::nanoTime);
    desk =
        new SlideDesk(
            database,
            TestFrames.defaults("s"),
            ResultSink.NONE,
            new DaemonListener() {},
            () -> now);
    housekeeping = housekeeping();
    housekeeping.run();
  }

  private Housekeeping housekeeping() {
    return new Housekeeping(
        database, Duration.ofDays(30), ADDRESS, Optional.of(outbox), () -> now, () -> nanos);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void finished(String slide) throws Exception {
    desk.start(
        new SlideOrder(
            Optional.of(slide), Optional.empty(), Optional.empty(), OptionalInt.empty()));
    desk.count(
        desk.openSlide().orElseThrow().key(),
        TestFrames.result(slide),
        TestFrames.thumbnail(slide.hashCode()));
    desk.finish();
  }

  private void jump(Duration time) {
    now = now.plus(time);
    housekeeping.run();
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
    jump(time);
  }

  private void passDays(int days) {
    for (int day = 0; day < days; day++) {
      pass(Duration.ofDays(1));
    }
  }

  private List<String> kept() throws Exception {
    return database.read(SlideStore::list).stream().map(s -> s.plan().slide()).toList();
  }

  @Test
  void finishedSlideIsDeletedAfterItsTimeWithItsFieldsAndCells() throws Exception {
    finished("old");
    passDays(15);
    finished("new");
    desk.start();
    passDays(14);
    assertEquals(List.of("s", "new", "old"), kept());
    passDays(1);
    assertEquals(List.of("s", "new"), kept());
    assertEquals(1L, count("field"));
    assertEquals(1L, count("cell"));
    passDays(60);
    assertEquals(List.of("s"), kept(), "an open slide stays");
  }

  private long count(String table) throws Exception {
    return database
        .read(tx -> tx.first("SELECT count(*) AS n FROM " + table, r -> r.integer("n")))
        .orElseThrow();
  }

  /** On a full disk each needs only its own room, and gives it back before the next. */
  @Test
  void slideThatCannotBeDeletedLeavesTheOnesBeforeItDeleted() throws Exception {
    finished("a");
    finished("b");
    finished("c");
    database.write(
        tx ->
            tx.update(
                "CREATE TRIGGER full BEFORE DELETE ON slide WHEN old.id = 'c'"
                    + " BEGIN SELECT RAISE(ABORT, 'disk is full'); END"));
    passDays(31);
    assertEquals(List.of("c"), kept());
    assertEquals(0L, pragma("freelist_count"), "the room of the others is free");
    database.write(tx -> tx.update("DROP TRIGGER full"));
    passDays(1);
    assertEquals(List.of(), kept());
  }

  private long pragma(String name) throws Exception {
    return database.read(tx -> tx.first("PRAGMA " + name, r -> r.integer(name))).orElseThrow();
  }

  @Test
  void endOfTheProgramStopsTheDeleting() throws Exception {
    finished("old");
    passDays(29);
    Thread.currentThread().interrupt();
    passDays(2);
    assertTrue(Thread.interrupted());
    assertEquals(List.of("old"), kept());
    housekeeping.run();
    assertEquals(List.of(), kept());
  }

  @Test
  void slideWhoseResultWaitsIsNotDeleted() throws Exception {
    finished("undelivered");
    outbox.add(new Message(Message.Kind.SLIDE, ADDRESS.slide("undelivered"), "{}", now, false));
    passDays(40);
    assertEquals(List.of("undelivered"), kept());
    Outbox.Entry entry = outbox.take().orElseThrow();
    outbox.acknowledge(entry.id());
    passDays(1);
    assertEquals(List.of(), kept());
  }

  @Test
  void clockThatJumpsTenYearsDeletesNothing() throws Exception {
    finished("slide");
    jump(Duration.ofDays(3650));
    jump(Duration.ofDays(-7300));
    jump(Duration.ofDays(3650));
    assertEquals(List.of("slide"), kept());
  }

  /** Each start would else add a week. */
  @Test
  void clockThatIsSetAfterEachStartAgesNothing() throws Exception {
    finished("slide");
    for (String atStart : List.of("1970-01-01T00:00:00Z", "2026-02-01T00:00:00Z")) {
      for (int start = 0; start < 10; start++) {
        Instant set = now.plus(Duration.ofHours(2));
        now = Instant.parse(atStart);
        housekeeping = housekeeping();
        housekeeping.run();
        now = set;
        pass(Duration.ofHours(1));
      }
    }
    assertEquals(List.of("slide"), kept());
    passDays(30);
    assertEquals(List.of(), kept());
  }

  @Test
  void withAClockThatIsNeverSetTheTimeThatPassesCounts() throws Exception {
    now = Instant.EPOCH;
    finished("slide");
    passDays(29);
    assertEquals(List.of("slide"), kept());
    passDays(1);
    assertEquals(List.of(), kept());
  }
}
