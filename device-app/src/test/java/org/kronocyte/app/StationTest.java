package org.kronocyte.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.board.ThreadScheduler;
import org.kronocyte.cli.Shell;

class StationTest {
  @TempDir Path dir;

  @Test
  void healthTellsOfThrottlingWhereTheBoardDoes() throws Exception {
    Path word = dir.resolve("get_throttled");
    Path profile = dir.resolve("board.yaml");
    Files.writeString(
        profile,
        """
        schema: kronocyte/board-profile/1
        name: test
        title: Test
        match: {architecture: amd64}
        camera: {device: /dev/video0, width_px: 1280, height_px: 960, fps: 10}
        sensors: {throttled_files: [%s]}
        accelerator: none
        threads: {inference: 1}
        """
            .formatted(word));
    Path config = dir.resolve("k.yaml");
    Files.writeString(
        config,
        """
        device: {site: a, name: b}
        slide: {specimen: blood}
        camera: {kind: folder, path: %s}
        board: {profile: %s}
        data: {dir: %s}
        """
            .formatted(Files.createDirectory(dir.resolve("in")), profile, dir.resolve("data")));
    try (ThreadScheduler scheduler = new ThreadScheduler();
        Station station =
            ConfiguredStation.open(
                ConfiguredStation.read(config),
                Shell.MODELS,
                scheduler,
                Clock.systemUTC(),
                problem -> {})) {
      assertFalse(station.figures().containsKey("throttled"));
      Files.writeString(word, "50005\n");
      assertEquals(Map.of("throttled", true, "under_voltage", true), power(station));
      Files.writeString(word, "50000\n");
      assertEquals(Map.of("throttled", false, "under_voltage", false), power(station));
    }
  }

  private static Map<String, Object> power(Station station) {
    Map<String, Object> figures = new HashMap<>(station.figures());
    figures.keySet().retainAll(Set.of("throttled", "under_voltage"));
    return figures;
  }
}
