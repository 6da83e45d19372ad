package org.kronocyte.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.publish.SchemaCheck;

/** {@code evaluate} on a drawn set. */
class EvaluateTest {
  @TempDir private Path folder;

  private Path set() throws IOException {
    Path set = folder.resolve("fields/raabin");
    Files.createDirectories(set.resolve("labels"));
    for (int i = 1; i <= 2; i++) {
      Pictures.field(set.resolve("images/f" + i + ".png"), i);
      Files.writeString(set.resolve("labels/f" + i + ".txt"), "0 0.5 0.5 0.4 0.5\n");
    }
    return set;
  }

  @Test
  void theProgramAndItsOwnFilesScoreAlike() throws IOException {
    Path images = set().resolve("images");
    Path results = folder.resolve("network");
    Shell analyze =
        Shell.withModels("analyze", "--um-per-px", "0.1", "--masks", "--out", results, images);
    assertEquals(0, analyze.exit(), analyze.err());
    Shell live =
        Shell.withModels(
            "evaluate",
            "--segmenter",
            "network",
            "--json",
            "--um-per-px",
            "0.1",
            "--data",
            folder,
            "raabin");
    assertEquals(0, live.exit(), live.err());
    Shell stored =
        Shell.withModels(
            "evaluate",
            "--segmenter",
            "none",
            "--json",
            "--predictions",
            results,
            "--data",
            folder,
            "raabin");
    assertEquals(0, stored.exit(), stored.err());
    assertEquals(live.out(), stored.out());
    JsonNode json = SchemaCheck.assertValid(live.out());
    assertEquals(2, json.at("/sets/0/pooled/true_cells").asInt());
    assertEquals(2, json.at("/sets/0/images").size());
  }

  @Test
  void tablesAndAFileComeOut() throws IOException {
    set();
    Path out = folder.resolve("numbers");
    Shell run = Shell.withModels("evaluate", "--data", folder, "--out", out, "raabin");
    assertEquals(0, run.exit(), run.err());
    assertTrue(run.out().contains("Worst of raabin, network"), run.out());
    assertTrue(run.out().contains("Worst of raabin, classical"), run.out());
    JsonNode all = SchemaCheck.assertValid(Files.readString(out.resolve("evaluation.json")));
    assertEquals(2, all.at("/sets/0/images").size());
    assertEquals(64, all.get("segmenter_sha256").asText().length());
    JsonNode summary = SchemaCheck.assertValid(Files.readString(out.resolve("summary.json")));
    assertEquals(0, summary.at("/sets/0/images").size());
    assertEquals(all.at("/sets/0/pooled"), summary.at("/sets/0/pooled"));
  }

  @Test
  void formsAreJudgedSideBySide() throws IOException {
    set();
    Shell run =
        Shell.withModels(
            "evaluate", "--forms", "onnx,tflite,onnx-float", "--json", "--data", folder, "raabin");
    assertEquals(0, run.exit(), run.err());
    JsonNode sets = SchemaCheck.assertValid(run.out()).get("sets");
    assertEquals("onnx", sets.at("/0/contestant").asText());
    assertTrue(sets.at("/0/pooled/mask_agreement").isMissingNode());
    for (int form = 1; form <= 2; form++) {
      double alike = sets.at("/" + form + "/pooled/mask_agreement").asDouble();
      assertTrue(alike > 0.99 && alike <= 1, form + " agrees on " + alike);
    }
    assertEquals(64, Shell.withModels("evaluate", "--forms", "onnx,paper", "raabin").exit());
  }

  @Test
  void whatIsMissingIsSaid() {
    Shell absent = Shell.withModels("evaluate", "--data", folder, "myeloma");
    assertEquals(1, absent.exit());
    assertTrue(absent.err().contains("KRONOCYTE_DATA"), absent.err());
    assertEquals(64, Shell.withModels("evaluate", "lisc").exit());
    assertEquals(64, Shell.withModels("evaluate", "--predictions", folder).exit());
  }
}
