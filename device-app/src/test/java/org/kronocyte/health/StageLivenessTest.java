package org.kronocyte.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.kronocyte.health.StageLiveness.Stage;
import org.kronocyte.health.StageLiveness.StuckStage;

class StageLivenessTest {
  // Starts just before the overflow: System.nanoTime may have any value.
  private long nowNanos = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos();
  private final StageLiveness liveness = new StageLiveness(() -> nowNanos);

  private void pass(Duration time) {
    nowNanos += time.toNanos();
  }

  @Test
  void stuckFromTheDeadlineOnUntilProgress() {
    Stage segment = liveness.register("segment", Duration.ofSeconds(30), true);
    segment.progress("field 17");
    pass(Duration.ofSeconds(30));
    assertEquals(List.of(), liveness.stuck());
    pass(Duration.ofSeconds(1));
    StuckStage stuck = new StuckStage("segment", "field 17", Duration.ofSeconds(31), true);
    assertEquals(List.of(stuck), liveness.stuck());
    assertEquals("segment stuck for 31 s at field 17", stuck.sentence());
    segment.progress("field 18");
    assertEquals(List.of(), liveness.stuck());
  }

  @Test
  void stageThatNeverChecksInIsStuckAtStart() {
    liveness.register("camera", Duration.ofSeconds(1), false);
    pass(Duration.ofSeconds(2));
    assertEquals(
        List.of(new StuckStage("camera", "start", Duration.ofSeconds(2), false)), liveness.stuck());
  }

  @Test
  void idleStageIsNeverStuck() {
    Stage stage = liveness.register("classify", Duration.ofSeconds(1), true);
    stage.idle();
    pass(Duration.ofDays(3));
    assertEquals(List.of(), liveness.stuck());
    stage.progress("cell 1");
    pass(Duration.ofSeconds(2));
    assertEquals(1, liveness.stuck().size());
  }

  @Test
  void namesAreUniqueWords() {
    liveness.register("camera", Duration.ofSeconds(1), true);
    assertThrows(
        IllegalArgumentException.class,
        () -> liveness.register("camera", Duration.ofSeconds(1), true));
    assertThrows(
        IllegalArgumentException.class,
        () -> liveness.register("Camera 1", Duration.ofSeconds(1), true));
    assertEquals(List.of("camera"), liveness.names());
  }

  @Test
  void agreesWithAListOfLastTimes() {
    Random random = new Random(5);
    int[] deadlineS = {1, 5, 20};
    long[] silentS = {0, 0, 0};
    List<Stage> stages = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      stages.add(liveness.register("s" + i, Duration.ofSeconds(deadlineS[i]), true));
    }
    for (int step = 0; step < 500; step++) {
      int seconds = random.nextInt(4);
      pass(Duration.ofSeconds(seconds));
      int who = random.nextInt(4);
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        silentS[i] += seconds;
        if (i == who) {
          stages.get(i).progress("x");
          silentS[i] = 0;
        }
        if (silentS[i] > deadlineS[i]) {
          expected.add("s" + i + " " + silentS[i]);
        }
      }
      assertEquals(
          expected,
          liveness.stuck().stream().map(s -> s.stage() + " " + s.silentFor().toSeconds()).toList());
    }
  }
}
