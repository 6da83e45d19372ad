package org.kronocyte.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HealthSnapshotTest {
  private long nowNanos;
  private final StageLiveness liveness = new StageLiveness(() -> nowNanos);

  @Test
  void everyValueInOrder() {
    liveness.register("camera", Duration.ofSeconds(10), true);
    liveness.register("publish", Duration.ofSeconds(60), false);
    nowNanos = Duration.ofSeconds(25).toNanos();
    ProcessMetrics metrics =
        new ProcessMetrics(
            OptionalLong.of(1),
            OptionalLong.of(2),
            OptionalInt.of(3),
            OptionalInt.of(4),
            5,
            6,
            Duration.ofSeconds(7),
            OptionalLong.of(8),
            OptionalDouble.of(9.5));
    assertEquals(
        "{uptime_s=7, rss_bytes=1, rss_peak_bytes=2, heap_used_bytes=5, heap_max_bytes=6,"
            + " threads=3, open_files=4, disk_free_bytes=8, cpu_temperature_c=9.5,"
            + " stages_ok=false, stage_camera_ok=false, stage_camera_stuck_s=25,"
            + " stage_publish_ok=true}",
        HealthSnapshot.of(metrics, liveness).values().toString());
  }

  @Test
  void unknownValuesAreNotThere() {
    ProcessMetrics metrics =
        new ProcessMetrics(
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            5,
            6,
            Duration.ZERO,
            OptionalLong.empty(),
            OptionalDouble.empty());
    assertEquals(
        "{uptime_s=0, heap_used_bytes=5, heap_max_bytes=6, stages_ok=true}",
        HealthSnapshot.of(metrics, liveness).values().toString());
  }

  @Test
  void moreValuesWin() {
    HealthSnapshot one = new HealthSnapshot(Map.of("a", 1));
    assertEquals(Map.of("a", true, "b", "x"), one.with(Map.of("a", true, "b", "x")).values());
  }

  private static List<Map<String, Object>> notFlat() {
    return List.of(
        Map.of("a", Double.NaN),
        Map.of("a", Double.POSITIVE_INFINITY),
        Map.of("a", List.of(1)),
        Map.of("a", Map.of()),
        Map.of("A b", 1));
  }

  @ParameterizedTest
  @MethodSource("notFlat")
  void onlyFlatJsonValues(Map<String, Object> values) {
    assertThrows(IllegalArgumentException.class, () -> new HealthSnapshot(values));
  }
}
