package org.kronocyte;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.cli.Shell;
import org.kronocyte.publish.SchemaCheck;

/** Laboratories that trained nothing: what their cells are called, before and after calibration. */
class RealSitesTest {
  /** What counts as right for each class of these sets; any of the 13 names may be answered. */
  private static final List<Set<String>> FIVE =
      List.of(Set.of("NGS", "NGB"), Set.of("LYT"), Set.of("MON"), Set.of("EOS"), Set.of("BAS"));

  private static RealData data;

  @TempDir Path folder;

  @BeforeAll
  static void find() {
    data = RealData.orSkip();
  }

  @Test
  void aForeignLaboratoryIsReadBetterAfterCalibration() throws IOException {
    Map<Path, Integer> truth = new HashMap<>();
    List<String> folders =
        List.of("neutrophil", "lymphocyte", "monocyte", "eosinophil", "basophil");
    for (int k = 0; k < folders.size(); k++) {
      for (Path image : data.files("cells/lisc/" + folders.get(k))) {
        truth.put(image, k);
      }
    }
    double[] recall = beforeAndAfter("lisc", "0.2", truth, FIVE);
    assertTrue(recall[1] >= recall[0] + 0.1, recall[0] + " before, " + recall[1] + " after");
    assertTrue(recall[0] >= 0.60, "before: " + recall[0]);
    assertTrue(recall[1] >= 0.80, "after: " + recall[1]);
  }

  @Test
  void otherForeignSetsAreTold() throws IOException {
    for (String[] set : new String[][] {{"cellavision", "0.09"}, {"jtsc", "0.17"}}) {
      Map<Path, Integer> truth = new HashMap<>();
      for (String[] row : data.rows("masks/" + set[0] + "/labels.csv")) {
        String image = String.format(Locale.ROOT, "%03d.jpg", Integer.parseInt(row[0]));
        truth.put(
            data.path("masks/" + set[0] + "/images").resolve(image), Integer.parseInt(row[1]) - 1);
      }
      double[] recall = beforeAndAfter(set[0], set[1], truth, FIVE);
      // Unchecked labels, and a class with a single cell: only a collapse is an error here.
      assertTrue(recall[1] >= 0.60, set[0] + ": " + recall[1]);
    }
  }

  /**
   * Young neutrophils alone don't tell a stain, but bands tell that the um/px is wrong by a third.
   */
  @Test
  void aWrongScaleIsMendedWhereTheStainCanNotBeTold() throws IOException {
    List<Set<String>> young = List.of(Set.of("MMZ"), Set.of("MYB"), Set.of("PMO"), Set.of("NGB"));
    Map<Path, Integer> truth = new HashMap<>();
    for (String[] row : data.rows("cells/split.csv")) {
      for (int k = 0; k < young.size(); k++) {
        if (row[2].equals("peripheral") && row[3].equals("val") && young.get(k).contains(row[1])) {
          truth.put(data.path("cells").resolve(row[0]), k);
        }
      }
    }
    double[] recall = beforeAndAfter("young neutrophils", "0.2", truth, young);
    assertTrue(recall[1] >= recall[0] + 0.1, recall[0] + " before, " + recall[1] + " after");
    Shell told = Shell.withModels("calibrate", "--um-per-px", "0.2", "--dry-run", list(truth));
    assertTrue(told.out().contains("this command: calibrated on"), told.out());
    assertTrue(told.out().contains("a daemon by itself: refused"), told.out());
  }

  /** Fields of a phone's camera, their cells named by eye; no neutrophil among them. */
  @Test
  void cellsInFieldsOfAForeignLaboratoryAreNamed() throws IOException {
    Path site = folder.resolve("raabin.site.json");
    Path fields = data.path("fields/raabin/images");
    Shell learnt = Shell.withModels("calibrate", "--um-per-px", "0.087", "--out", site, fields);
    assertEquals(0, learnt.exit(), learnt.err());
    Shell run =
        Shell.withModels(
            "reliability", "--json", "--data", data.path("."), "--site", site, "raabin");
    assertEquals(0, run.exit(), run.err());
    for (JsonNode set : new ObjectMapper().readTree(run.out()).get("sets")) {
      boolean calibrated = !set.get("site_calibration").asText().equals("none");
      System.out.printf(
          Locale.ROOT,
          "REAL site raabin, %s calibration: %d cells, mean recall of four classes %.4f%n",
          calibrated ? "with" : "without",
          set.get("cells").asInt(),
          set.get("mean_recall").asDouble());
      assertEquals(191, set.get("cells").asInt());
      assertTrue(set.get("mean_recall").asDouble() >= (calibrated ? 0.75 : 0.65), set.toString());
    }
  }

  private String list(Map<Path, Integer> truth) throws IOException {
    List<String> paths = truth.keySet().stream().map(Path::toString).toList();
    return "@" + Files.write(folder.resolve("paths.txt"), paths);
  }

  /** Mean recall of the classes without and with a site calibration; equal if it is refused. */
  private double[] beforeAndAfter(
      String name, String umPerPx, Map<Path, Integer> truth, List<Set<String>> classes)
      throws IOException {
    String list = list(truth);
    Path site = folder.resolve("site.json");
    Shell learnt = Shell.withModels("calibrate", "--um-per-px", umPerPx, "--out", site, list);
    double before = meanRecall(truth, classes, umPerPx, list);
    double after = before;
    if (learnt.exit() == 0) {
      SchemaCheck.assertValid(Files.readString(site));
      after = meanRecall(truth, classes, umPerPx, list, "--site", site.toString());
    } else {
      assertEquals(3, learnt.exit(), learnt.err());
      assertTrue(Files.notExists(site), "refused, but written");
    }
    System.out.printf(
        Locale.ROOT,
        "REAL site %s: %d cells, mean recall of %d classes %.4f before, %.4f after calibration (%s)%n",
        name,
        truth.size(),
        classes.size(),
        before,
        after,
        (learnt.exit() == 0 ? learnt.out() : learnt.err()).strip());
    return new double[] {before, after};
  }

  private double meanRecall(
      Map<Path, Integer> truth,
      List<Set<String>> classes,
      String umPerPx,
      String list,
      String... more)
      throws IOException {
    Path table = folder.resolve("cells.csv");
    List<Object> arguments = new ArrayList<>(List.of("--um-per-px", umPerPx, "--out", table));
    arguments.addAll(List.of(more));
    arguments.add(list);
    Shell run = Shell.withModels("classify", arguments.toArray());
    assertEquals(0, run.exit(), run.err());
    int[] right = new int[classes.size()];
    int[] all = new int[classes.size()];
    List<String> lines = Files.readAllLines(table);
    assertEquals(truth.size() + 1, lines.size());
    for (String line : lines.subList(1, lines.size())) {
      String[] values = line.split(",", -1);
      int k = truth.get(Path.of(values[0]));
      all[k]++;
      right[k] += classes.get(k).contains(values[1]) ? 1 : 0;
    }
    double sum = 0;
    for (int k = 0; k < all.length; k++) {
      sum += (double) right[k] / all[k];
    }
    return sum / all.length;
  }
}
