package org.kronocyte.evaluate;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Predicate;

/** How far a classifier's word can be trusted, measured on cells whose class is known. */
public final class Reliability {
  /** Bins of the calibration error. */
  public static final int BINS = 15;

  private Reliability() {}

  /**
   * Expected calibration error of the most probable class: mean over bins of equal width of |share
   * right - mean confidence|, weighted by cells [1].
   *
   * <p>[1] Guo et al., On Calibration of Modern Neural Networks, ICML 2017.
   */
  public static double calibrationError(List<JudgedCell> cells) {
    double[] gap = new double[BINS];
    for (JudgedCell cell : cells) {
      int bin = Math.min(BINS - 1, (int) (cell.confidence() * BINS));
      gap[bin] += (cell.isRight() ? 1 : 0) - cell.confidence();
    }
    return Arrays.stream(gap).map(Math::abs).sum() / cells.size();
  }

  /**
   * Area under the risk-coverage curve: mean over n of the error rate among the n surest cells [2].
   *
   * <p>[2] Geifman and El-Yaniv, Selective Classification for Deep Neural Networks, NIPS 2017.
   */
  public static double riskCoverageArea(List<JudgedCell> cells) {
    return Arrays.stream(risks(cells)).average().orElseThrow();
  }

  /** Error rate among the n surest cells, for n from 1 on; equally sure ones in their order. */
  public static double[] risks(List<JudgedCell> cells) {
    List<JudgedCell> surest =
        cells.stream()
            .sorted(Comparator.comparingDouble(JudgedCell::confidence).reversed())
            .toList();
    double[] out = new double[surest.size()];
    int wrong = 0;
    for (int n = 0; n < out.length; n++) {
      wrong += surest.get(n).isRight() ? 0 : 1;
      out[n] = (double) wrong / (n + 1);
    }
    return out;
  }

  /** Share of cells. */
  public static double share(List<JudgedCell> cells, Predicate<JudgedCell> which) {
    return (double) cells.stream().filter(which).count() / cells.size();
  }

  /** Share of each true class, by its name. */
  public static Map<String, Double> shares(List<JudgedCell> cells, Predicate<JudgedCell> which) {
    Map<String, int[]> counts = new TreeMap<>();
    for (JudgedCell cell : cells) {
      int[] count = counts.computeIfAbsent(cell.truth(), t -> new int[2]);
      count[0] += which.test(cell) ? 1 : 0;
      count[1]++;
    }
    Map<String, Double> out = new TreeMap<>();
    counts.forEach((truth, count) -> out.put(truth, (double) count[0] / count[1]));
    return out;
  }

  /** Mean over the true classes of the share of their cells that are named right. */
  public static double meanRecall(List<JudgedCell> cells) {
    return shares(cells, JudgedCell::isRight).values().stream()
        .mapToDouble(d -> d)
        .average()
        .orElseThrow();
  }

  /**
   * 2 TP / (2 TP + FP + FN) of one code; empty if no cell has it.
   *
   * @param code of a set whose truths are codes
   */
  public static OptionalDouble f1(List<JudgedCell> cells, String code) {
    long is = cells.stream().filter(c -> c.right().contains(code)).count();
    long said = cells.stream().filter(c -> c.label().equals(code)).count();
    long both = cells.stream().filter(c -> c.label().equals(code) && c.isRight()).count();
    return is == 0 ? OptionalDouble.empty() : OptionalDouble.of(2.0 * both / (is + said));
  }

  /** How well the probability of one code ranks its cells before all others; empty without both. */
  public static OptionalDouble auroc(List<JudgedCell> cells, String code) {
    return auroc(
        cells.stream()
            .filter(c -> !c.right().contains(code))
            .mapToDouble(c -> c.probabilities().get(code))
            .toArray(),
        cells.stream()
            .filter(c -> c.right().contains(code))
            .mapToDouble(c -> c.probabilities().get(code))
            .toArray());
  }

  /**
   * Area under the receiver's curve: the chance that one of the second is greater than one of the
   * first, ties half.
   *
   * @return empty if either has none
   */
  public static OptionalDouble auroc(double[] negatives, double[] positives) {
    if (negatives.length == 0 || positives.length == 0) {
      return OptionalDouble.empty();
    }
    double[] sorted = negatives.clone();
    Arrays.sort(sorted);
    double sum = 0;
    for (double positive : positives) {
      int below = from(sorted, positive);
      int through = from(sorted, Math.nextUp(positive));
      sum += below + (through - below) / 2.0;
    }
    return OptionalDouble.of(sum / negatives.length / positives.length);
  }

  /** How many are smaller. */
  private static int from(double[] sorted, double value) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
