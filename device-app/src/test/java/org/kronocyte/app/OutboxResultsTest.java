package org.kronocyte.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.DeviceAddress;
import org.kronocyte.publish.DurableOutbox;
import org.kronocyte.publish.Message;
import org.kronocyte.publish.Messages;
import org.kronocyte.store.Database;

class OutboxResultsTest {
  @TempDir Path folder;

  private final List<String> woken = new ArrayList<>();

  /** As on a full disk, where a field is tried again every two seconds. */
  @Test
  void whatCouldNotBeStoredIsForgotten() throws Exception {
    try (Database database = Database.own(folder, Database.Settings.STANDARD)) {
      DurableOutbox outbox =
          new DurableOutbox(database, DurableOutbox.STANDARD_BYTES, System::nanoTime);
      OutboxResults results =
          new OutboxResults(
              outbox,
              new Messages(
                  new DeviceAddress("clinic-1", "scope-1"),
                  new UUID(1, 2),
                  InstantSource.fixed(TestFrames.NOON)),
              () -> true,
              added -> woken.addAll(added.stream().map(Message::topic).toList()));
      SlideDesk desk =
          new SlideDesk(
              database,
              TestFrames.defaults("s"),
              results,
              new DaemonListener() {},
              InstantSource.fixed(TestFrames.NOON));
      desk.start();
      fail(database);
      for (int attempt = 0; attempt < 5; attempt++) {
        assertThrows(ProblemException.class, () -> count(desk));
      }
      assertThrows(ProblemException.class, desk::finish);
      assertEquals(List.of(), woken);
      database.write(tx -> tx.update("DROP TRIGGER full"));
      count(desk);
      assertEquals(
          List.of("kronocyte/v1/clinic-1/scope-1/field/s", "kronocyte/v1/clinic-1/scope-1/slide/s"),
          woken);
      assertEquals(2, outbox.size());
    }
  }

  /** The last message of a transaction can't be stored. */
  private static void fail(Database database) throws ProblemException {
    database.write(
        tx ->
            tx.update(
                "CREATE TRIGGER full BEFORE INSERT ON outbox WHEN new.kind = 'SLIDE'"
                    + " BEGIN SELECT RAISE(ABORT, 'disk is full'); END"));
  }

  private static void count(SlideDesk desk) throws ProblemException {
    desk.count(
        desk.openSlide().orElseThrow().key(),
        TestFrames.result("a"),
        TestFrames.thumbnail("a".hashCode()));
  }
}
