package org.kronocyte.camera.virtual;

import java.util.Arrays;

/** Separable Gaussian blur of one float plane, edges held. */
final class Gaussian {
  private Gaussian() {}

  /** Weights from minus to plus 2.6 sigma, sum 1. */
  static float[] kernel(double sigma) {
    int radius = Math.max(1, (int) Math.ceil(2.6 * sigma));
    float[] kernel = new float[2 * radius + 1];
    double sum = 0;
    for (int k = -radius; k <= radius; k++) {
      double weight = Math.exp(-0.5 * k * k / (sigma * sigma));
      kernel[k + radius] = (float) weight;
      sum += weight;
    }
    for (int k = 0; k < kernel.length; k++) {
      kernel[k] /= (float) sum;
    }
    return kernel;
  }

  /**
   * Blurs in place. The loops run along rows so that the compiler can vectorise them.
   *
   * @param scratch as large as the plane; overwritten
   */
  static void blur(float[] plane, float[] scratch, int width, int height, double sigma) {
    float[] kernel = kernel(sigma);
    int radius = kernel.length / 2;
    float[] padded = new float[width + 2 * radius];
    float[] sum = new float[width];
    for (int y = 0; y < height; y++) {
      int row = y * width;
      Arrays.fill(padded, 0, radius, plane[row]);
      System.arraycopy(plane, row, padded, radius, width);
      Arrays.fill(padded, radius + width, padded.length, plane[row + width - 1]);
      weigh(padded, 0, kernel[0], sum, true);
      for (int k = 1; k < kernel.length; k++) {
        weigh(padded, k, kernel[k], sum, false);
      }
      System.arraycopy(sum, 0, scratch, row, width);
    }
    for (int y = 0; y < height; y++) {
      for (int k = -radius; k <= radius; k++) {
        int from = Math.min(height - 1, Math.max(0, y + k)) * width;
        weigh(scratch, from, kernel[k + radius], sum, k == -radius);
      }
      System.arraycopy(sum, 0, plane, y * width, width);
    }
  }

  private static void weigh(float[] in, int from, float weight, float[] sum, boolean first) {
    if (first) {
      for (int x = 0; x < sum.length; x++) {
        sum[x] = weight * in[from + x];
      }
    } else {
      for (int x = 0; x < sum.length; x++) {
        sum[x] += weight * in[from + x];
      }
    }
  }
}
