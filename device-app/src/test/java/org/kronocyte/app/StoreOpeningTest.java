package org.kronocyte.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.problem.Problem;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.store.Database;

class StoreOpeningTest {
  @TempDir Path folder;

  private final List<Duration> slept = new ArrayList<>();
  private final List<Problem> shown = new ArrayList<>();
  private Runnable whileAsleep = () -> {};
  private final StoreOpening opening =
      new StoreOpening(
          time -> {
            slept.add(time);
            whileAsleep.run();
          },
          shown::add);

  private static StoreOpening.Attempt failing(String code) {
    return () -> {
      throw new ProblemException(code, "by test", "wait");
    };
  }

  private Duration asleep() {
    return slept.stream().reduce(Duration.ZERO, Duration::plus);
  }

  private Database own() throws ProblemException {
    return Database.own(folder, Database.Settings.STANDARD);
  }

  @Test
  void opensAtOnceWhereNothingIsWrong() throws Exception {
    opening.open(this::own).close();
    assertEquals(List.of(), slept);
    assertEquals(List.of(), shown);
  }

  @Test
  void predecessorThatEndsIsWaitedForQuietly() throws Exception {
    Database predecessor = own();
    whileAsleep =
        () -> {
          if (slept.size() == 3) {
            predecessor.close();
          }
        };
    opening.open(this::own).close();
    assertEquals(3, slept.size());
    assertEquals(List.of(), shown, "the lamp is the predecessor's");
  }

  @Test
  void anotherDaemonIsAnErrorAfterAWhile() throws Exception {
    try (Database other = own()) {
      ProblemException e =
          assertThrows(ProblemException.class, () -> opening.open(this::own), other::toString);
      assertEquals("data_folder_in_use", e.problem().code());
      assertEquals(StoreOpening.PREDECESSOR_ENDS_WITHIN, asleep());
      assertTrue(!StoreOpening.mayPass(e.problem()), "no new start is asked for");
    }
  }

  @Test
  void passingTroubleIsShownAndGoneOnFrom() throws Exception {
    Path blocked = folder.resolve("data");
    Files.writeString(blocked, "a file where the folder should be");
    whileAsleep =
        () -> {
          if (slept.size() == 4) {
            assertTrue(blocked.toFile().delete());
          }
        };
    opening.open(() -> Database.own(blocked, Database.Settings.STANDARD)).close();
    assertEquals(4, shown.size());
    assertEquals("store_unavailable", shown.get(0).code());
  }

  @Test
  void passingTroubleThatStaysAsksForANewStart() {
    for (String code : List.of("disk_full", "store_read_only", "store_io_error", "store_busy")) {
      slept.clear();
      ProblemException e = assertThrows(ProblemException.class, () -> opening.open(failing(code)));
      assertEquals(StoreOpening.PATIENCE, asleep());
      assertTrue(StoreOpening.mayPass(e.problem()));
    }
  }

  @Test
  void whatDoesNotPassIsNotWaitedFor() {
    for (String code : List.of("store_newer", "store_foreign")) {
      assertThrows(ProblemException.class, () -> opening.open(failing(code)));
    }
    assertEquals(List.of(), slept);
  }
}
