package org.kronocyte.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.Packs;
import org.kronocyte.model.SiteCalibration;
import org.kronocyte.model.Sites;
import org.kronocyte.publish.SchemaCheck;

/** What {@code calibrate} refuses, and what {@code --site} does. */
class CalibrateTest {
  private Path images;

  @TempDir Path out;

  @BeforeEach
  void makeFolder() throws IOException {
    images = Files.createTempDirectory(Path.of("target"), "site");
  }

  /** A calibration that is one number: it favours the class at {@code index}. */
  private Path favouring(int index) throws Exception {
    SiteCalibration site =
        Sites.favouring(Packs.only(ModelManifest.Kind.CLASSIFIER), index, "2026-01-02T03:04:05Z");
    SchemaCheck.assertValid(new String(site.toJson(), StandardCharsets.UTF_8));
    return Files.write(out.resolve("site.json"), site.toJson());
  }

  @Test
  void tooFewCellsAreRefusedAndNothingIsWritten() throws IOException {
    Pictures.field(images.resolve("1.png"), 1);
    Path site = out.resolve("site.json");
    Shell run = Shell.withModels("calibrate", "--um-per-px", "0.1", "--out", site, images);
    assertEquals(ExitCode.REFUSED, run.exit(), run.err());
    assertTrue(run.err().contains("needs at least 40"), run.err());
    assertTrue(Files.notExists(site));
  }

  @Test
  void aDryRunSaysWhichGuardRefusesAndWritesNothing() throws IOException {
    Pictures.field(images.resolve("1.png"), 1);
    Shell run = Shell.withModels("calibrate", "--um-per-px", "0.1", "--dry-run", images);
    assertEquals(ExitCode.REFUSED, run.exit(), run.err());
    assertTrue(run.out().contains("this command: refused, site_too_few_cells"), run.out());
    assertTrue(run.out().contains("a daemon by itself: refused, site_too_few_cells"), run.out());
    assertEquals(
        ExitCode.USAGE, Shell.withModels("calibrate", "--um-per-px", "0.1", images).exit());
    Path site = out.resolve("site.json");
    Shell both =
        Shell.withModels("calibrate", "--um-per-px", "0.1", "--dry-run", "--out", site, images);
    assertEquals(ExitCode.USAGE, both.exit());
    assertTrue(Files.notExists(site));
  }

  @Test
  void nothingReadableIsExit1() throws IOException {
    Files.write(images.resolve("1.png"), new byte[0]);
    Shell run =
        Shell.withModels(
            "calibrate", "--um-per-px", "0.1", "--out", out.resolve("site.json"), images);
    assertEquals(ExitCode.FAILED, run.exit(), run.err());
  }

  @Test
  void theScaleMustBeGiven() {
    Shell run = Shell.withModels("calibrate", "--out", out.resolve("site.json"), images);
    assertEquals(ExitCode.USAGE, run.exit());
  }

  @Test
  void classifyAndAnalyzeUseTheCalibrationInEveryEngine() throws Exception {
    Pictures.field(images.resolve("1.png"), 1);
    int index = 3;
    String favourite = Packs.only(ModelManifest.Kind.CLASSIFIER).manifest().labels().get(index);
    Path site = favouring(index);
    // The segmenter has no Kronecker layers, and so no factored form.
    for (String engine : new String[] {"onnx", "tflite", "onnx-float"}) {
      Shell run =
          Shell.withModels(
              "classify", "--engine", engine, "--um-per-px", "0.1", "--site", site, images);
      assertEquals(0, run.exit(), run.err());
      assertTrue(run.out().lines().toList().get(1).contains("," + favourite + ","), run.out());
    }
    Shell run =
        Shell.withModels(
            "analyze", "--um-per-px", "0.1", "--site", site, "--out", out.resolve("a"), images);
    assertEquals(0, run.exit(), run.err());
    JsonNode field = new ObjectMapper().readTree(out.resolve("a/1.json").toFile());
    SchemaCheck.assertValid(field.toString());
    assertEquals(SiteCalibration.read(site).id(), field.get("site_calibration").asText());
    assertTrue(field.get("cells").size() > 0);
    field.get("cells").forEach(cell -> assertEquals(favourite, cell.get("label").asText()));
    JsonNode summary = new ObjectMapper().readTree(out.resolve("a/summary.json").toFile());
    SchemaCheck.assertValid(summary.toString());
    assertEquals(field.get("site_calibration"), summary.get("site_calibration"));
  }

  @Test
  void aFileThatIsNoCalibrationIsSaid() throws IOException {
    Pictures.field(images.resolve("1.png"), 1);
    Path site = Files.writeString(out.resolve("site.json"), "{");
    Shell run = Shell.withModels("classify", "--um-per-px", "0.1", "--site", site, images);
    assertEquals(ExitCode.FAILED, run.exit());
    assertTrue(run.err().contains("calibrate again"), run.err());
  }
}
