package org.kronocyte.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.app.SiteFolder;
import org.kronocyte.app.StubDaemon;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.Packs;
import org.kronocyte.model.Sites;

/** What a person does with calibrations the device has learnt. */
class SiteCommandTest {
  @TempDir Path data;

  private Shell site(String verb) {
    return Shell.run("site", verb, "--data", data.toString());
  }

  @Test
  void calibrationsAreListedUndoneAndForgotten() throws Exception {
    ModelPack pack = Packs.only(ModelManifest.Kind.CLASSIFIER);
    assertTrue(site("list").out().contains("none"));
    assertEquals(ExitCode.FAILED, site("undo").exit());
    SiteFolder folder = new SiteFolder(data);
    folder.add(Sites.favouring(pack, 0, "2026-01-01T00:00:00Z"));
    folder.add(Sites.favouring(pack, 1, "2026-01-02T00:00:00Z"));
    String list = site("list").out();
    assertTrue(list.matches("(?s)in use .*2026-01-02.*previous .*2026-01-01.*"), list);
    Shell undone = site("undo");
    assertEquals(0, undone.exit(), undone.err());
    assertTrue(undone.out().contains("2026-01-02"), undone.out());
    list = site("list").out();
    assertTrue(list.matches("(?s)undone .*2026-01-02.*in use .*2026-01-01.*"), list);
    assertTrue(site("again").out().contains("1 forgotten"));
    assertEquals(1, folder.entries().size());
  }

  /** A daemon on the folder is asked; this one learns nothing. */
  @Test
  void aRunningDaemonIsAsked() throws Exception {
    try (StubDaemon daemon = StubDaemon.start(data)) {
      Shell undo = site("undo");
      assertEquals(ExitCode.FAILED, undo.exit());
      assertTrue(undo.err().contains("learns no site calibration"), undo.err());
      assertEquals(0, daemon.requestsWaiting());
    }
  }

  @Test
  void doctorTellsOfTheCalibrationAndOfItsAge() throws Exception {
    ModelPack pack = Packs.only(ModelManifest.Kind.CLASSIFIER);
    Path file = data.resolve("site.json");
    Path config = data.resolve("k.yaml");
    String yaml =
        """
        device: {site: a, name: b}
        slide: {specimen: blood}
        camera: {kind: virtual}
        data: {dir: %s}
        models: {site: %s}
        """;
    Files.writeString(config, yaml.formatted(data, file));
    String missing = Shell.withModels("doctor", "--config", config).out();
    assertTrue(missing.matches("(?s).*FAULT site calibration .*can't be read.*"), missing);
    Files.write(file, Sites.favouring(pack, 0, "2020-01-01T00:00:00Z").toJson());
    String old = Shell.withModels("doctor", "--config", config).out();
    assertTrue(old.matches("(?s).*FAULT site calibration .*days old.*"), old);
    Files.write(
        file, Sites.favouring(pack, 0, "2020-01-01T00:00:00Z", "0".repeat(64), null).toJson());
    String other = Shell.withModels("doctor", "--config", config).out();
    assertTrue(other.matches("(?s).*FAULT site calibration .*calibrate the site again.*"), other);
    Files.writeString(config, yaml.formatted(data, "auto"));
    String none = Shell.withModels("doctor", "--config", config).out();
    assertTrue(none.contains("site calibration none yet"), none);
  }
}
