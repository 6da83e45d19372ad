package org.kronocyte.score;

import java.util.Map;
import java.util.TreeMap;

/** Counts right and wrong labels of a classification. */
public final class LabelScore {
  private final Map<String, int[]> byClass = new TreeMap<>();
  private int right;
  private int all;

  public void add(String truth, String said) {
    all++;
    int[] trueClass = of(truth);
    int[] saidClass = of(said);
    trueClass[1]++;
    saidClass[2]++;
    if (truth.equals(said)) {
      right++;
      trueClass[0]++;
    }
  }

  /** Right, true and said. */
  private int[] of(String label) {
    return byClass.computeIfAbsent(label, l -> new int[3]);
  }

  public double accuracy() {
    return (double) right / all;
  }

  /** 2 right / (true + said) of each class that was true at least once. */
  public Map<String, Double> f1() {
    Map<String, Double> f1 = new TreeMap<>();
    byClass.forEach(
        (label, n) -> {
          if (n[1] > 0) {
            f1.put(label, 2.0 * n[0] / (n[1] + n[2]));
          }
        });
    return f1;
  }

  /** The mean of {@link #f1()}: every class weighs the same, however rare. */
  public double macroF1() {
    return f1().values().stream().mapToDouble(f -> f).average().orElseThrow();
  }
}
