package org.kronocyte.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Measures of sets of cells as {@code kronocyte/reliability/1}, the shape of {@code
 * reliability.schema.json}. A measure that a set or a model can't give is left out.
 */
public final class ReliabilityJson {
  public static final String SCHEMA = "kronocyte/reliability/1";

  private static final String BLAST = "BLA";
  private static final int CURVE_POINTS = 20;

  private ReliabilityJson() {}

  /**
   * One set, read once.
   *
   * @param set its id
   * @param site the site calibration, or {@code none}
   * @param cells what was said of them
   * @param failed images that could not be read
   */
  public record Run(String set, String site, List<JudgedCell> cells, int failed) {}

  /**
   * All runs.
   *
   * @param model name and version of the classifier
   * @param wantedCoverage of its prediction sets, empty if it has none
   */
  public static ObjectNode of(String model, OptionalDouble wantedCoverage, List<Run> runs) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("schema", SCHEMA);
    json.put("model", model);
    put(json, "wanted_coverage", wantedCoverage);
    ArrayNode sets = json.putArray("sets");
    double[] home =
        runs.stream()
            .filter(r -> r.set().equals(CellSet.TEST.id()) && r.site().equals("none"))
            .findFirst()
            .map(r -> unlikeness(r.cells()))
            .orElse(new double[0]);
    runs.forEach(run -> sets.add(measures(run, home)));
    return json;
  }

  private static ObjectNode measures(Run run, double[] home) {
    List<JudgedCell> cells = run.cells();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("set", run.set());
    json.put("site_calibration", run.site());
    json.put("cells", cells.size());
    json.put("failed", run.failed());
    if (cells.isEmpty()) {
      return json;
    }
    put(json, "accuracy", Reliability.share(cells, JudgedCell::isRight));
    put(json, "mean_recall", Reliability.meanRecall(cells));
    put(json, "ece", Reliability.calibrationError(cells));
    put(json, "aurc", Reliability.riskCoverageArea(cells));
    curve(json.putArray("risk_coverage"), Reliability.risks(cells));
    put(json, "blast_auroc", Reliability.auroc(cells, BLAST));
    put(json, "blast_f1", Reliability.f1(cells, BLAST));
    put(json, "called_blast", Reliability.share(cells, c -> c.label().equals(BLAST)));
    if (cells.stream().allMatch(c -> c.possible().isPresent())) {
      sets(json.putObject("prediction_sets"), cells);
    }
    double[] unlikeness = unlikeness(cells);
    if (unlikeness.length > 0) {
      put(json, "unlike_home_auroc", Reliability.auroc(home, unlikeness));
    }
    outcomes(json.putObject("status"), cells);
    return json;
  }

  private static void sets(ObjectNode json, List<JudgedCell> cells) {
    put(json, "coverage", Reliability.share(cells, JudgedCell::isCovered));
    put(
        json,
        "mean_size",
        cells.stream().mapToInt(c -> c.possible().orElseThrow().size()).average());
    put(json, "empty", Reliability.share(cells, c -> size(c) == 0));
    put(json, "single", Reliability.share(cells, c -> size(c) == 1));
    put(json.putObject("class_coverage"), Reliability.shares(cells, JudgedCell::isCovered));
    Map<String, Double> sizes = new TreeMap<>();
    for (String truth : new TreeSet<>(cells.stream().map(JudgedCell::truth).toList())) {
      cells.stream()
          .filter(c -> c.truth().equals(truth))
          .mapToInt(ReliabilityJson::size)
          .average()
          .ifPresent(mean -> sizes.put(truth, mean));
    }
    put(json.putObject("class_mean_size"), sizes);
  }

  private static int size(JudgedCell cell) {
    return cell.possible().orElseThrow().size();
  }

  /**
   * Shares of cells by status or, if there is one, reason; and how many of the counted are right.
   */
  private static void outcomes(ObjectNode json, List<JudgedCell> cells) {
    Map<String, Double> out = new TreeMap<>();
    for (JudgedCell cell : cells) {
      String what = cell.reason().isEmpty() ? cell.status() : cell.reason();
      out.merge(what, 1.0 / cells.size(), Double::sum);
    }
    put(json, out);
    List<JudgedCell> counted = cells.stream().filter(c -> c.status().equals("counted")).toList();
    if (!counted.isEmpty()) {
      put(json, "counted_and_right", Reliability.share(counted, JudgedCell::isRight));
    }
  }

  private static double[] unlikeness(List<JudgedCell> cells) {
    return cells.stream().flatMapToDouble(c -> c.unlikeness().stream()).toArray();
  }

  /** Pairs of coverage and risk, evenly spread. */
  private static void curve(ArrayNode json, double[] risks) {
    for (int i = 1; i <= CURVE_POINTS; i++) {
      int n = Math.max(1, Math.round(risks.length * (float) i / CURVE_POINTS));
      json.addArray().add(round((double) n / risks.length)).add(round(risks[n - 1]));
    }
  }

  private static void put(ObjectNode json, Map<String, Double> values) {
    values.forEach((name, value) -> put(json, name, value));
  }

  private static void put(ObjectNode json, String name, OptionalDouble value) {
    value.ifPresent(v -> put(json, name, v));
  }

  private static void put(ObjectNode json, String name, double value) {
    json.put(name, round(value));
  }

  private static double round(double value) {
    return Math.round(value * 1e4) / 1e4;
  }
}
