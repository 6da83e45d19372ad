package org.kronocyte.classify;

import java.util.Arrays;

/** Tables of probabilities {@code [N,K]}, a row a cell. */
final class Probabilities {
  private Probabilities() {}

  /** Softmax of each row. */
  static double[][] of(float[][] logits, double temperature) {
    double[][] out = new double[logits.length][];
    for (int n = 0; n < logits.length; n++) {
      double[] weights = new double[logits[n].length];
      double highest = Double.NEGATIVE_INFINITY;
      for (float logit : logits[n]) {
        highest = Math.max(highest, logit);
      }
      double sum = 0;
      for (int k = 0; k < weights.length; k++) {
        weights[k] = Math.exp((logits[n][k] - highest) / temperature);
        sum += weights[k];
      }
      for (int k = 0; k < weights.length; k++) {
        weights[k] /= sum;
      }
      out[n] = weights;
    }
    return out;
  }

  /** Mean of each column. */
  static double[] means(double[][] probabilities) {
    double[] out = new double[probabilities[0].length];
    for (double[] cell : probabilities) {
      for (int k = 0; k < out.length; k++) {
        out[k] += cell[k] / probabilities.length;
      }
    }
    return out;
  }

  /** Index of the highest; the first of several. */
  static int best(double[] cell) {
    int best = 0;
    for (int k = 1; k < cell.length; k++) {
      best = cell[k] > cell[best] ? k : best;
    }
    return best;
  }

  /** Mean of each row's highest. */
  static double confidence(double[][] probabilities) {
    return Arrays.stream(probabilities)
        .mapToDouble(cell -> Arrays.stream(cell).max().orElseThrow())
        .average()
        .orElseThrow();
  }
}
