package org.kronocyte;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.cli.Shell;
import org.kronocyte.image.Frame;
import org.kronocyte.image.ImageReader;
import org.kronocyte.image.Natives;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.quality.RedCellScale;
import org.kronocyte.quality.WhiteBalance;
import org.kronocyte.score.BoxScore;
import org.kronocyte.score.BoxScore.Rect;
import org.kronocyte.score.DiceScore;
import org.kronocyte.score.LabelScore;

/** How good the shipped models and the whole way through the command line are on real images. */
class RealImagesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of {@code cells/marrow} and {@code cells/peripheral}. */
  private static final double CROPS_UM_PER_PX = 0.15;

  private static RealData data;

  @TempDir Path folder;

  @BeforeAll
  static void find() throws Exception {
    data = RealData.orSkip();
    Natives.load();
  }

  /** One line of figures a test, for whoever compares models. */
  private static void tell(String format, Object... figures) {
    System.out.printf(Locale.ROOT, "REAL " + format + "%n", figures);
  }

  private static String stem(Path file) {
    String name = file.getFileName().toString();
    return name.substring(0, name.lastIndexOf('.'));
  }

  private Path list(List<Path> paths) throws IOException {
    return Files.write(folder.resolve("paths.txt"), paths.stream().map(Path::toString).toList());
  }

  @Test
  void whiteCellsOfPhonePicturesAreFound() throws IOException {
    Shell run =
        Shell.withModels(
            "analyze", "--masks", "--overlay", "--out", folder, data.path("fields/raabin/images"));
    assertEquals(0, run.exit(), run.err());
    List<Path> images = data.files("fields/raabin/images");
    int boxes = 0;
    int found = 0;
    int extra = 0;
    for (Path image : images) {
      JsonNode field = JSON.readTree(folder.resolve(stem(image) + ".json").toFile());
      List<Rect> truth = whiteCells(image, field);
      List<JsonNode> cells = new ArrayList<>();
      field.get("cells").forEach(cells::add);
      List<BoxScore.Pair> pairs =
          BoxScore.match(truth, cells.stream().map(RealImagesTest::bbox).toList(), 0.5);
      boxes += truth.size();
      found += pairs.size();
      Set<Integer> paired = new HashSet<>();
      pairs.forEach(pair -> paired.add(pair.found()));
      for (int i = 0; i < cells.size(); i++) {
        boolean taken =
            !cells.get(i).get("status").asText().equals("rejected")
                && !cells.get(i).get("label").asText().equals("PLT");
        extra += taken && !paired.contains(i) ? 1 : 0;
      }
    }
    double share = (double) found / boxes;
    double extraPerField = (double) extra / images.size();
    tell(
        "raabin: %d fields, %d of %d white cells found (%.1f %%), %.3f extra a field",
        images.size(), found, boxes, 100 * share, extraPerField);
    assertTrue(share >= 0.95, "share of white cells found: " + share);
    assertTrue(extraPerField <= 0.05, "extra cells a field: " + extraPerField);
  }

  /** YOLO lines: class, centre and size as shares of the image; class 0 is a white cell. */
  private static List<Rect> whiteCells(Path image, JsonNode field) throws IOException {
    double width = field.get("width").asDouble();
    double height = field.get("height").asDouble();
    List<Rect> boxes = new ArrayList<>();
    Path labels = data.path("fields/raabin/labels").resolve(stem(image) + ".txt");
    for (String line : Files.readAllLines(labels)) {
      String[] v = line.strip().split("\\s+", -1);
      if (v[0].equals("0")) {
        double w = Double.parseDouble(v[3]) * width;
        double h = Double.parseDouble(v[4]) * height;
        double x = Double.parseDouble(v[1]) * width - w / 2;
        boxes.add(new Rect(x, Double.parseDouble(v[2]) * height - h / 2, w, h));
      }
    }
    return boxes;
  }

  private static Rect bbox(JsonNode cell) {
    JsonNode b = cell.get("bbox");
    return new Rect(b.get(0).asInt(), b.get(1).asInt(), b.get(2).asInt(), b.get(3).asInt());
  }

  @Test
  void masksOfBlurryFieldsAgreeWithHandDrawnOnes() throws IOException {
    List<Path> images =
        data.files("masks/bccd/images").stream()
            .filter(p -> Integer.parseInt(stem(p).replaceAll("\\D", "")) % 5 == 0)
            .toList();
    Shell run = Shell.withModels("analyze", "--masks", "--out", folder, "@" + list(images));
    assertEquals(0, run.exit(), run.err());
    DiceScore cell = new DiceScore(v -> v > 0);
    DiceScore nucleus = new DiceScore(v -> v == 2);
    for (Path image : images) {
      int[] truth = grey(data.path("masks/bccd/masks").resolve(stem(image) + ".png"));
      int[] found = grey(folder.resolve(stem(image) + ".mask.png"));
      cell.add(truth, found);
      nucleus.add(truth, found);
    }
    tell(
        "bccd: %d fields, Dice of cells %.4f, of nuclei %.4f",
        images.size(), cell.value(), nucleus.value());
    assertTrue(cell.value() >= 0.94, "Dice of cells: " + cell.value());
    assertTrue(nucleus.value() >= 0.93, "Dice of nuclei: " + nucleus.value());
  }

  private static int[] grey(Path png) throws IOException {
    Raster raster = ImageIO.read(png.toFile()).getRaster();
    return raster.getSamples(0, 0, raster.getWidth(), raster.getHeight(), 0, (int[]) null);
  }

  /** Laboratories that gave no training pixel, and crowded marrow. */
  @Test
  void foreignLaboratoriesAreSegmented() throws IOException {
    Shell run =
        Shell.withModels(
            "evaluate",
            "--segmenter",
            "network",
            "--json",
            "--data",
            data.path(""),
            "cellavision",
            "jtsc",
            "myeloma");
    assertEquals(0, run.exit(), run.err());
    Map<String, JsonNode> pooled = new HashMap<>();
    for (JsonNode set : JSON.readTree(run.out()).get("sets")) {
      pooled.put(set.get("set").asText(), set.get("pooled"));
    }
    tell("cellavision: %s", pooled.get("cellavision"));
    tell("jtsc: %s", pooled.get("jtsc"));
    tell("myeloma: %s", pooled.get("myeloma"));
    assertTrue(pooled.get("cellavision").get("cell_dice").asDouble() >= 0.90);
    assertTrue(pooled.get("cellavision").get("nucleus_dice").asDouble() >= 0.93);
    assertTrue(pooled.get("jtsc").get("cell_dice").asDouble() >= 0.88);
    assertTrue(pooled.get("jtsc").get("nucleus_dice").asDouble() >= 0.85);
    assertTrue(pooled.get("myeloma").get("recall").asDouble() >= 0.85);
  }

  /** Bluish red cells, as dark in red light as many a nucleus; read as {@code analyze} reads. */
  @Test
  void whiteCellsOfALeukaemiaAreFoundAmongBluishRedCells() throws IOException {
    Shell run =
        Shell.withModels(
            "evaluate",
            "--segmenter",
            "network",
            "--um-per-px",
            "auto",
            "--json",
            "--data",
            data.path(""),
            "all_fields");
    assertEquals(0, run.exit(), run.err());
    JsonNode pooled = JSON.readTree(run.out()).at("/sets/0/pooled");
    tell("all_fields: %s", pooled);
    assertTrue(pooled.get("box_recall").asDouble() >= 0.8, "found: " + pooled);
    assertTrue(pooled.get("box_extra_per_image").asDouble() <= 0.5, "extra: " + pooled);
  }

  @Test
  void cellsOfTheTestSplitAreNamed() throws IOException {
    LabelScore score = testSplit(CROPS_UM_PER_PX);
    assertEquals(13, score.f1().size());
    assertTrue(score.macroF1() >= 0.80, "macro-F1: " + score.macroF1());
  }

  /** A site's um/px is often known no better, and blasts are told by their size, too. */
  @Test
  void cellsAreNamedAtAScaleThatIsWrongByAFifth() throws IOException {
    for (double error : new double[] {0.8, 1.25}) {
      LabelScore score = testSplit(CROPS_UM_PER_PX * error);
      assertTrue(score.macroF1() >= 0.68, error + ": macro-F1 " + score.macroF1());
      assertTrue(score.f1().get("BLA") >= 0.45, error + ": F1 of blasts " + score.f1());
    }
  }

  /** The test rows as the program names them, with no other scale than the one it is told. */
  private LabelScore testSplit(double umPerPx) throws IOException {
    Map<String, String> truth = new HashMap<>();
    List<Path> images = new ArrayList<>();
    for (String[] row : data.rows("cells/split.csv")) {
      if (row[3].equals("test")) {
        Path image = data.path("cells").resolve(row[0]);
        images.add(image);
        truth.put(image.toString(), row[1]);
      }
    }
    String scale = String.format(Locale.ROOT, "%.4f", umPerPx);
    Path table = folder.resolve("cells-" + scale + ".csv");
    Shell run =
        Shell.withModels("classify", "--um-per-px", scale, "--out", table, "@" + list(images));
    assertEquals(0, run.exit(), run.err());
    LabelScore score = new LabelScore();
    List<String> lines = Files.readAllLines(table);
    for (String line : lines.subList(1, lines.size())) {
      String[] values = line.split(",", -1);
      score.add(truth.remove(values[0]), values[1]);
    }
    assertEquals(Map.of(), truth, "images without a row");
    Map<String, String> f1 = new TreeMap<>();
    score.f1().forEach((label, v) -> f1.put(label, String.format(Locale.ROOT, "%.3f", v)));
    tell(
        "cells at %s um/px: %d images, macro-F1 %.4f over %d classes, accuracy %.4f, F1 %s",
        scale, images.size(), score.macroF1(), f1.size(), score.accuracy(), f1);
    return score;
  }

  /**
   * Scores compare only at one um per pixel (see {@code FocusMeter}), so the stack is read at the
   * scale its red cells give where they are sharp. Estimated anew for each plane, the scale of a
   * blurred one is off, and with it the score; that order is only told.
   */
  @Test
  void sharpestPlaneOfTheStackScoresHighest() throws IOException {
    List<Double> estimated = focusScores("auto");
    List<Double> scores = focusScores("0.12");
    tell(
        "focus stack: sharpest plane %03d of %s at 0.12 um/px; %03d of %s with the scale estimated",
        sharpest(scores), scores, sharpest(estimated), estimated);
    assertEquals(5, sharpest(scores), "sharpest plane at a fixed scale");
    assertEquals(5, sharpest(estimated), "sharpest plane with the scale estimated");
  }

  @Test
  void truncatedPlaneIsNamedAndTheOthersAreRead() throws IOException {
    Shell run = Shell.withModels("analyze", "--out", folder, data.path("fields/focus_stack"));
    assertEquals(2, run.exit(), run.err());
    Path plane = data.files("fields/focus_stack").get(9);
    JsonNode damaged = JSON.readTree(folder.resolve(stem(plane) + ".json").toFile());
    assertEquals("image_truncated", damaged.at("/error/code").asText());
    JsonNode summary = JSON.readTree(folder.resolve("summary.json").toFile());
    assertEquals(9, summary.get("fields_read").asInt());
    assertEquals(1, summary.get("fields_failed").asInt());
  }

  /** Of the planes 0 to 8. */
  private List<Double> focusScores(String umPerPx) throws IOException {
    Path out = folder.resolve(umPerPx);
    Shell.withModels(
        "analyze", "--um-per-px", umPerPx, "--out", out, data.path("fields/focus_stack"));
    List<Double> scores = new ArrayList<>();
    for (Path plane : data.files("fields/focus_stack").subList(0, 9)) {
      JsonNode field = JSON.readTree(out.resolve(stem(plane) + ".json").toFile());
      scores.add(field.at("/quality/focus").asDouble());
    }
    return scores;
  }

  private static int sharpest(List<Double> scores) {
    return scores.indexOf(Collections.max(scores));
  }

  @Test
  void scaleIsEstimatedFromRedCells() throws Exception {
    assertMedianScale("raabin", "fields/raabin/images", 0.087);
    assertMedianScale("bccd", "masks/bccd/images", 0.074);
  }

  private static void assertMedianScale(String name, String images, double expected)
      throws Exception {
    List<Double> scales = new ArrayList<>();
    List<Path> files = data.files(images);
    for (Path file : files) {
      try (Frame frame = ImageReader.read(file);
          OpticalDensity density = WhiteBalance.of(frame).apply(frame)) {
        RedCellScale.estimate(density).ifPresent(scale -> scales.add(scale.umPerPx()));
      }
    }
    scales.sort(null);
    double median = scales.get(scales.size() / 2);
    tell(
        "scale of %s: median %.4f um/px, expected %.3f; %d of %d fields gave one",
        name, median, expected, scales.size(), files.size());
    assertEquals(expected, median, 0.15 * expected);
  }

  /** Both int8 forms of the packs, through the command that a user has. */
  @Test
  void onnxRuntimeAndTensorFlowLiteAgree() throws IOException {
    List<Path> fields =
        data.files("masks/bccd/images").stream()
            .filter(p -> Integer.parseInt(stem(p).replaceAll("\\D", "")) % 5 == 0)
            .toList();
    List<Path> cells = new ArrayList<>();
    for (String[] row : data.rows("cells/split.csv")) {
      if (row[3].equals("test")) {
        cells.add(data.path("cells").resolve(row[0]));
      }
    }
    compare("bccd", "99.5", "@" + list(fields));
    compare("cells", "99", "--cells", "--um-per-px", "0.15", "@" + list(cells));
  }

  private static void compare(String name, String atLeast, String... inputs) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "model",
                "compare",
                "--models",
                Shell.MODELS.toString(),
                "--engine",
                "onnx",
                "--with",
                "tflite",
                "--at-least",
                atLeast));
    line.addAll(List.of(inputs));
    Shell run = Shell.run(line.toArray(String[]::new));
    tell("%s, ONNX and TFLite: %s", name, run.out().lines().skip(1).findFirst().orElse(""));
    assertEquals(0, run.exit(), run.out() + run.err());
  }
}
