package org.kronocyte.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.publish.SchemaCheck;

/** {@code analyze} on drawn fields: which files come out, and what is in them. */
class AnalyzeTest {
  /** A path relative to where tests run, so that it can be seen to stay relative. */
  private Path fields;

  @TempDir Path out;

  @BeforeEach
  void makeFolder() throws IOException {
    fields = Files.createTempDirectory(Path.of("target"), "fields");
  }

  private static JsonNode valid(Path json) throws IOException {
    return SchemaCheck.assertValid(Files.readString(json));
  }

  private Set<String> written() throws IOException {
    try (Stream<Path> files = Files.walk(out)) {
      return new TreeSet<>(
          files.filter(Files::isRegularFile).map(f -> out.relativize(f).toString()).toList());
    }
  }

  @Test
  void fieldsMasksOverlaysAndSummaryAreWritten() throws IOException {
    Path image = Pictures.field(fields.resolve("slide 7/field 1.png"), 1);
    Shell run =
        Shell.withModels(
            "analyze", "--um-per-px", "0.1", "--masks", "--overlay", "--out", out, fields);
    assertEquals(0, run.exit(), run.err());
    assertEquals(
        Set.of("field 1.json", "field 1.mask.png", "field 1.overlay.png", "summary.json"),
        written());
    JsonNode field = valid(out.resolve("field 1.json"));
    assertEquals(image.toString(), field.get("image").asText());
    assertFalse(Path.of(field.get("image").asText()).isAbsolute());
    assertEquals(0.1, field.get("um_per_px").asDouble());
    assertEquals("configured", field.get("um_per_px_source").asText());
    assertFalse(field.get("cells").isEmpty(), "the drawn field has white cells");
    JsonNode summary = valid(out.resolve("summary.json"));
    assertEquals(1, summary.get("fields_read").asInt());
    assertEquals("blood", summary.at("/slide/specimen").asText());
    assertEquals(field.get("cells").size(), summary.at("/slide/cells_found").asInt());
    SchemaCheck.assertValid(summary.get("slide").toString());
  }

  @Test
  void masksHaveTheInputsSizeAndThreeValues() throws IOException {
    Pictures.field(fields.resolve("a.png"), 1);
    Shell.withModels("analyze", "--um-per-px", "0.1", "--masks", "--out", out, fields);
    BufferedImage mask = ImageIO.read(out.resolve("a.mask.png").toFile());
    assertEquals(Pictures.WIDTH, mask.getWidth());
    assertEquals(Pictures.HEIGHT, mask.getHeight());
    assertEquals(BufferedImage.TYPE_BYTE_GRAY, mask.getType());
    Set<Integer> values = new TreeSet<>();
    int[] pixels =
        mask.getRaster().getSamples(0, 0, Pictures.WIDTH, Pictures.HEIGHT, 0, (int[]) null);
    for (int v : pixels) {
      values.add(v);
    }
    assertEquals(Set.of(0, 1, 2), values);
  }

  @Test
  void theClassicalSegmenterCanBeChosenAndIsNamed() throws IOException {
    Pictures.field(fields.resolve("a.png"), 1);
    Shell run =
        Shell.withModels(
            "analyze", "--um-per-px", "0.1", "--segmenter", "classical", "--out", out, fields);
    assertEquals(0, run.exit(), run.err());
    JsonNode field = valid(out.resolve("a.json"));
    assertTrue(field.at("/quality/reasons").toString().contains("classical_segmentation"));
    assertFalse(field.get("cells").isEmpty(), "the drawn field has white cells");
    assertEquals(64, Shell.withModels("analyze", "--segmenter", "magic", fields).exit());
  }

  @Test
  void aDamagedSegmenterGivesWayToTheClassicalOneAloud() throws IOException {
    Pictures.field(fields.resolve("a.png"), 1);
    Path models = Files.createDirectories(out.resolve("models"));
    try (Stream<Path> packs = Files.walk(Shell.MODELS)) {
      for (Path file : packs.toList()) {
        Path copy = models.resolve(Shell.MODELS.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          boolean damage = file.toString().contains("seg-") && file.endsWith("weights.bin");
          Files.write(copy, damage ? new byte[] {1, 2, 3} : Files.readAllBytes(file));
        }
      }
    }
    Path results = out.resolve("results");
    Shell run =
        Shell.run(
            "analyze",
            "--models",
            models.toString(),
            "--um-per-px",
            "0.1",
            "--out",
            results.toString(),
            fields.toString());
    assertEquals(0, run.exit(), run.err());
    assertTrue(run.err().contains("thresholds"), run.err());
    String reasons = valid(results.resolve("a.json")).at("/quality/reasons").toString();
    assertTrue(reasons.contains("classical_segmentation"), reasons);
    assertTrue(reasons.contains("segmenter_fallback"), reasons);
  }

  @Test
  void aSecondOpinionAgreesOnDrawnCells() throws IOException {
    Pictures.field(fields.resolve("a.png"), 1);
    Shell run =
        Shell.withModels("analyze", "--um-per-px", "0.1", "--second-opinion", "--out", out, fields);
    assertEquals(0, run.exit(), run.err());
    JsonNode field = valid(out.resolve("a.json"));
    assertEquals("[]", field.at("/quality/reasons").toString());
    JsonNode opinion = field.get("second_opinion");
    Map<String, Integer> looks = new TreeMap<>(Map.of("agrees", 0, "differs", 0, "unseen", 0));
    field.get("cells").forEach(c -> looks.merge(c.get("second_opinion").asText(), 1, Integer::sum));
    looks.forEach((look, cells) -> assertEquals(cells, opinion.get(look).asInt(), look));
    assertTrue(looks.get("agrees") > 0, looks.toString());
    assertEquals(opinion.get("only_second").asInt(), opinion.get("only_second_boxes").size());
  }

  @Test
  void withoutOutTheSummaryGoesToStandardOutput() throws IOException {
    Pictures.field(fields.resolve("a.png"), 1);
    Shell run = Shell.withModels("analyze", "--specimen", "marrow", fields);
    assertEquals(0, run.exit(), run.err());
    JsonNode summary = SchemaCheck.assertValid(run.out());
    assertEquals("marrow", summary.at("/slide/specimen").asText());
    assertEquals("", run.err());
  }

  @Test
  void foldersAreWalkedInSortedOrderWithoutHiddenFiles() throws IOException {
    // Damaged files keep their order in the summary, and need no reading.
    for (String name :
        List.of("b.png", "a/z.png", "a/B.png", "c/d/e.jpg", ".hid.png", ".d/x.png")) {
      Path file = fields.resolve(name);
      Files.createDirectories(file.getParent());
      Files.write(file, new byte[0]);
    }
    Files.writeString(fields.resolve("notes.txt"), "no image");
    Pictures.field(fields.resolve("good.png"), 1);
    Shell run = Shell.withModels("analyze", "--out", out, fields);
    assertEquals(2, run.exit());
    List<String> order = new ArrayList<>();
    valid(out.resolve("summary.json"))
        .get("errors")
        .forEach(e -> order.add(fields.relativize(Path.of(e.get("image").asText())).toString()));
    assertEquals(List.of("a/B.png", "a/z.png", "b.png", "c/d/e.jpg"), order);
  }

  @Test
  void sameStemsAreNamedByTheirSubfolders() throws IOException {
    Pictures.field(fields.resolve("BLA/x.png"), 1);
    Pictures.field(fields.resolve("LYT/x.png"), 2);
    Pictures.field(fields.resolve("LYT/y.png"), 3);
    Shell run = Shell.withModels("analyze", "--um-per-px", "0.1", "--masks", "--out", out, fields);
    assertEquals(0, run.exit(), run.err());
    assertEquals(
        Set.of(
            "BLA/x.json",
            "BLA/x.mask.png",
            "LYT/x.json",
            "LYT/x.mask.png",
            "summary.json",
            "y.json",
            "y.mask.png"),
        written());
    assertEquals(
        fields.resolve("LYT/x.png").toString(),
        valid(out.resolve("LYT/x.json")).get("image").asText());
  }

  @Test
  void listedPathsMayHaveBlanks() throws IOException {
    Path first = Pictures.field(fields.resolve("with blank/the field.png"), 1);
    Path second = Pictures.field(fields.resolve("plain.png"), 2);
    Path list = fields.resolve("my list.txt");
    Files.writeString(list, second + "\r\n\n" + first + "\n");
    Shell run = Shell.withModels("analyze", "--um-per-px", "0.1", "--out", out, "@" + list);
    assertEquals(0, run.exit(), run.err());
    assertEquals(Set.of("plain.json", "summary.json", "the field.json"), written());
  }

  @Test
  void resultsThatCantBeWrittenEndTheRun() throws IOException {
    Pictures.field(fields.resolve("a.png"), 1);
    Path file = Files.writeString(out.resolve("file"), "in the way");
    Shell run = Shell.withModels("analyze", "--um-per-px", "0.1", "--out", file, fields);
    assertEquals(1, run.exit());
    assertTrue(run.err().contains("can't be written"), run.err());
  }
}
