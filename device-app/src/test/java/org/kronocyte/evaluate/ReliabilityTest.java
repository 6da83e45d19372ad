package org.kronocyte.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Measures against slow counts of their definitions. */
class ReliabilityTest {
  private static final List<String> CODES = List.of("BLA", "LYT", "MON", "NGS");

  private static List<JudgedCell> cells(int count, long seed) {
    Random random = new Random(seed);
    List<JudgedCell> out = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Map<String, Double> p = new TreeMap<>();
      double sum = 0;
      for (String code : CODES) {
        double weight = Math.exp(3 * random.nextGaussian());
        p.put(code, weight);
        sum += weight;
      }
      double all = sum;
      // Coarse values, so that there are ties.
      p.replaceAll((code, weight) -> Math.rint(50 * weight / all) / 50);
      String label = p.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
      String truth = random.nextInt(3) > 0 ? label : CODES.get(random.nextInt(4));
      Set<String> possible = new HashSet<>();
      p.forEach(
          (code, value) -> {
            if (value >= 0.2) {
              possible.add(code);
            }
          });
      out.add(
          new JudgedCell(
              truth,
              Set.of(truth),
              label,
              p,
              Optional.of(possible),
              OptionalDouble.of(random.nextGaussian()),
              possible.size() == 1 ? "counted" : "uncertain",
              possible.size() == 1 ? "" : "several_classes_possible"));
    }
    return out;
  }

  @Test
  void calibrationErrorIsTheMeanGapOfTheBins() {
    List<JudgedCell> cells = cells(400, 1);
    double expected = 0;
    for (int bin = 0; bin < Reliability.BINS; bin++) {
      double low = (double) bin / Reliability.BINS;
      double high = (double) (bin + 1) / Reliability.BINS;
      boolean last = bin == Reliability.BINS - 1;
      List<JudgedCell> inBin =
          cells.stream()
              .filter(c -> c.confidence() >= low && (c.confidence() < high || last))
              .toList();
      if (!inBin.isEmpty()) {
        double right = (double) inBin.stream().filter(JudgedCell::isRight).count() / inBin.size();
        double sure = inBin.stream().mapToDouble(JudgedCell::confidence).average().orElseThrow();
        expected += Math.abs(right - sure) * inBin.size() / cells.size();
      }
    }
    assertEquals(expected, Reliability.calibrationError(cells), 1e-12);
    assertTrue(expected > 0.01);
  }

  @Test
  void aConfidenceThatIsAlwaysKeptHasNoError() {
    List<JudgedCell> cells = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      String truth = i < 7 ? "LYT" : "MON";
      cells.add(
          new JudgedCell(
              truth,
              Set.of(truth),
              "LYT",
              Map.of("LYT", 0.7, "MON", 0.3),
              Optional.empty(),
              OptionalDouble.empty(),
              "counted",
              ""));
    }
    assertEquals(0, Reliability.calibrationError(cells), 1e-12);
    assertEquals(0.5, Reliability.meanRecall(cells), 1e-12);
  }

  @Test
  void riskIsCountedAnewForEveryShareOfTheSurest() {
    List<JudgedCell> cells = cells(150, 2);
    double sum = 0;
    for (int n = 1; n <= cells.size(); n++) {
      List<JudgedCell> left = new ArrayList<>(cells);
      int wrong = 0;
      for (int i = 0; i < n; i++) {
        JudgedCell surest = left.get(0);
        for (JudgedCell cell : left) {
          surest = cell.confidence() > surest.confidence() ? cell : surest;
        }
        left.remove(surest);
        wrong += surest.isRight() ? 0 : 1;
      }
      sum += (double) wrong / n;
    }
    assertEquals(sum / cells.size(), Reliability.riskCoverageArea(cells), 1e-12);
  }

  @Test
  void areaUnderTheCurveIsTheShareOfPairsInOrder() {
    List<JudgedCell> cells = cells(200, 3);
    double sum = 0;
    int pairs = 0;
    for (JudgedCell blast : cells) {
      for (JudgedCell other : cells) {
        if (blast.truth().equals("BLA") && !other.truth().equals("BLA")) {
          double a = blast.probabilities().get("BLA");
          double b = other.probabilities().get("BLA");
          sum += a > b ? 1 : a == b ? 0.5 : 0;
          pairs++;
        }
      }
    }
    assertEquals(sum / pairs, Reliability.auroc(cells, "BLA").orElseThrow(), 1e-12);
    assertEquals(OptionalDouble.empty(), Reliability.auroc(new double[0], new double[] {1}));
  }

  @Test
  void f1IsOfOneClass() {
    List<JudgedCell> cells = cells(200, 4);
    double truePositives = 0;
    double falsePositives = 0;
    double falseNegatives = 0;
    for (JudgedCell cell : cells) {
      boolean is = cell.truth().equals("MON");
      boolean said = cell.label().equals("MON");
      truePositives += is && said ? 1 : 0;
      falsePositives += !is && said ? 1 : 0;
      falseNegatives += is && !said ? 1 : 0;
    }
    double expected = 2 * truePositives / (2 * truePositives + falsePositives + falseNegatives);
    assertEquals(expected, Reliability.f1(cells, "MON").orElseThrow(), 1e-12);
    assertEquals(OptionalDouble.empty(), Reliability.f1(cells, "EOS"));
  }

  /**
   * The file's numbers are those of the measures, and the home set is what others are told from.
   */
  @Test
  void fileHasTheMeasures() {
    List<JudgedCell> home = cells(120, 5);
    List<JudgedCell> away = cells(80, 6);
    ObjectNode json =
        ReliabilityJson.of(
            "cls 1.0.0",
            OptionalDouble.of(0.9),
            List.of(
                new ReliabilityJson.Run("test", "none", home, 0),
                new ReliabilityJson.Run("lisc", "none", away, 2)));
    assertEquals(Reliability.calibrationError(home), json.at("/sets/0/ece").asDouble(), 1e-4);
    assertEquals(0.5, json.at("/sets/0/unlike_home_auroc").asDouble(), 1e-9);
    assertEquals(2, json.at("/sets/1/failed").asInt());
    double covered = 0;
    double size = 0;
    for (JudgedCell cell : away) {
      covered += cell.possible().orElseThrow().contains(cell.truth()) ? 1 : 0;
      size += cell.possible().orElseThrow().size();
    }
    assertEquals(covered / 80, json.at("/sets/1/prediction_sets/coverage").asDouble(), 1e-4);
    assertEquals(size / 80, json.at("/sets/1/prediction_sets/mean_size").asDouble(), 1e-4);
    double shares =
        json.at("/sets/1/status/counted").asDouble()
            + json.at("/sets/1/status/several_classes_possible").asDouble();
    assertEquals(1, shares, 1e-3);
    assertEquals(
        Reliability.share(away, c -> !c.isRight()),
        json.at("/sets/1/risk_coverage/19/1").asDouble(),
        1e-4);
  }
}
