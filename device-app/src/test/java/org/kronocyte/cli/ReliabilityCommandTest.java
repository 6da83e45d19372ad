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

/**
 * {@code reliability}, and the evidence of {@code classify} and {@code analyze}, on drawn images.
 */
class ReliabilityCommandTest {
  @TempDir private Path folder;

  private void set() throws IOException {
    StringBuilder table = new StringBuilder("path,label,source,split\n");
    for (int i = 1; i <= 3; i++) {
      Pictures.field(folder.resolve("cells/drawn/" + i + ".png"), i);
      table.append("drawn/").append(i).append(".png,LYT,drawn,test\n");
    }
    Files.writeString(folder.resolve("cells/split.csv"), table.append("drawn/4.png,LYT,x,test\n"));
  }

  @Test
  void measuresAndFailuresComeOut() throws IOException {
    set();
    Path out = folder.resolve("numbers.json");
    Shell run = Shell.withModels("reliability", "--data", folder, "--out", out, "test");
    assertEquals(2, run.exit(), run.err());
    assertTrue(run.err().contains("4.png"), run.err());
    JsonNode json = SchemaCheck.assertValid(Files.readString(out));
    assertEquals(3, json.at("/sets/0/cells").asInt());
    assertEquals(1, json.at("/sets/0/failed").asInt());
    assertTrue(json.at("/sets/0/prediction_sets/coverage").isNumber());
    assertTrue(run.out().lines().anyMatch(l -> l.startsWith("test ")), run.out());
  }

  @Test
  void aSiteNeedsASetThatIsNotHome() throws IOException {
    Shell run = Shell.withModels("reliability", "--site", folder.resolve("s.json"), "test");
    assertEquals(64, run.exit());
    assertTrue(run.err().contains("--site"), run.err());
  }

  @Test
  void evidenceIsAskedFor() throws IOException {
    set();
    Path file = folder.resolve("why.json");
    Path cells = folder.resolve("cells/drawn");
    Shell run = Shell.withModels("classify", "--um-per-px", "0.1", "--evidence", file, cells);
    assertEquals(0, run.exit(), run.err());
    JsonNode json = SchemaCheck.assertValid(Files.readString(file));
    assertEquals(3, json.get("images").size());
    Path results = folder.resolve("fields");
    Shell plain = Shell.withModels("analyze", "--um-per-px", "0.1", "--out", results, cells);
    assertEquals(0, plain.exit(), plain.err());
    JsonNode without = SchemaCheck.assertValid(Files.readString(results.resolve("1.json")));
    assertTrue(without.at("/cells/0/evidence").isMissingNode());
    assertTrue(without.at("/cells/0/labels_possible").isArray());
    Shell asked =
        Shell.withModels(
            "analyze", "--um-per-px", "0.1", "--evidence", "--overlay", "--out", results, cells);
    assertEquals(0, asked.exit(), asked.err());
    JsonNode with = SchemaCheck.assertValid(Files.readString(results.resolve("1.json")));
    JsonNode cell = with.at("/cells/0");
    assertTrue(cell.at("/evidence/nearest/0/label").isTextual(), cell.toString());
    assertEquals(without.at("/cells/0/probabilities"), cell.get("probabilities"));
    assertTrue(Files.size(results.resolve("1.evidence.png")) > 0);
  }
}
