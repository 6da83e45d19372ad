package org.kronocyte.classify;

import java.nio.ByteBuffer;

/**
 * Where in a crop the evidence for one class lies: the exact class activation map [1]. The network
 * ends in an average over places and a linear layer, so that the same layer at each place gives a
 * map whose mean is the class's logit, but for int8 rounding.
 *
 * <p>[1] Zhou et al., Learning Deep Features for Discriminative Localization, CVPR 2016.
 *
 * @param label the class
 * @param values {@code [rows][columns]} over the crop, top left first, in units of the logit before
 *     the temperature; bias included
 */
public record ActivationMap(CellClass label, double[][] values) {
  /**
   * Computes the map.
   *
   * @param features {@code [rows,columns,D]} uint8
   * @param scale of a feature's byte
   * @param zeroPoint of a feature's byte
   * @param weights {@code [D]} of the class in the last layer
   */
  static ActivationMap of(
      CellClass label,
      ByteBuffer features,
      int rows,
      double scale,
      int zeroPoint,
      double[] weights,
      double bias) {
    int columns = features.capacity() / rows / weights.length;
    double[][] values = new double[rows][columns];
    int at = 0;
    for (double[] row : values) {
      for (int x = 0; x < columns; x++) {
        double sum = 0;
        for (double weight : weights) {
          sum += weight * ((features.get(at++) & 0xff) - zeroPoint);
        }
        row[x] = bias + scale * sum;
      }
    }
    return new ActivationMap(label, values);
  }

  /** The logit it explains. */
  public double mean() {
    double sum = 0;
    int count = 0;
    for (double[] row : values) {
      for (double value : row) {
        sum += value;
        count++;
      }
    }
    return sum / count;
  }
}
