package org.kronocyte.segment;

import org.kronocyte.image.Box;
import org.kronocyte.image.OpticalDensity;

/**
 * What a nucleus looks like: how many lobes, how dense, how coarse its chromatin.
 *
 * @param lobes parts of the nucleus that are thicker by at least {@link #LOBE_DYNAMICS_UM} in
 *     radius than the bridge to the next: summits of the distance to its edge by their dynamics [1]
 * @param meanOd mean optical density (base 10) in green light
 * @param sdOd standard deviation of that density, of all pixels
 * @param entropyBits of the grey-level co-occurrence of that density, {@code -sum p log2 p} [2]:
 *     {@value #LEVELS} levels of 0 to 1.5 OD, pairs of neighbours in four directions within the
 *     nucleus, 0.25 um apart (diagonals 0.35), both ways
 *     <p>[1] Grimaud, New measure of contrast: the dynamics, 1992. [2] Haralick, Shanmugam and
 *     Dinstein, Textural features for image classification, IEEE Trans. SMC 3, 1973.
 */
public record NucleusMeasures(int lobes, double meanOd, double sdOd, double entropyBits) {
  static final double LOBE_DYNAMICS_UM = 0.5;
  static final int LEVELS = 16;

  /**
   * Measures the nucleus of an outline that has one.
   *
   * @param green density of the field at the model's scale, {@code [H,W]}
   * @param width of the field at the model's scale
   * @param umPerPx at the model's scale
   */
  static NucleusMeasures of(CellOutline cell, byte[] green, int width, double umPerPx) {
    Box own = cell.nucleusBox().orElseThrow();
    byte[] parts = cell.parts();
    int[] levels = new int[own.width() * own.height()];
    long sum = 0;
    long squares = 0;
    int i = 0;
    for (int y = 0; y < own.height(); y++) {
      int part = (own.y() + y) * cell.box().width() + own.x();
      int at = (cell.box().y() + own.y() + y) * width + cell.box().x() + own.x();
      for (int x = 0; x < own.width(); x++, i++) {
        if (parts[part + x] == Segmentation.NUCLEUS) {
          int density = green[at + x] & 0xff;
          sum += density;
          squares += (long) density * density;
          levels[i] = 1 + density * LEVELS / 256;
        }
      }
    }
    double mean = (double) sum / cell.nucleus();
    double variance = Math.max(0, (double) squares / cell.nucleus() - mean * mean);
    double od = OpticalDensity.MAX_OD / 255;
    return new NucleusMeasures(
        Lobes.count(cell, umPerPx),
        mean * od,
        Math.sqrt(variance) * od,
        entropy(levels, own.width(), own.height()));
  }

  /**
   * Entropy of the co-occurrence of levels.
   *
   * @param levels from 1, 0 outside
   */
  static double entropy(int[] levels, int width, int height) {
    int[] pairs = new int[(LEVELS + 1) * (LEVELS + 1)];
    for (int y = 0; y < height; y++) {
      int row = y * width;
      int below = y + 1 < height ? row + width : -1;
      for (int x = 0; x < width; x++) {
        int a = levels[row + x] * (LEVELS + 1);
        if (a == 0) {
          continue;
        }
        boolean more = x + 1 < width;
        if (more) {
          pairs[a + levels[row + x + 1]]++;
        }
        if (below >= 0) {
          pairs[a + levels[below + x]]++;
          if (x > 0) {
            pairs[a + levels[below + x - 1]]++;
          }
          if (more) {
            pairs[a + levels[below + x + 1]]++;
          }
        }
      }
    }
    return entropyOfBothWays(pairs);
  }

  private static double entropyOfBothWays(int[] pairs) {
    double all = 0;
    double sum = 0;
    for (int a = 1; a <= LEVELS; a++) {
      for (int b = 1; b <= LEVELS; b++) {
        double n = pairs[a * (LEVELS + 1) + b] + pairs[b * (LEVELS + 1) + a];
        all += n;
        sum += n == 0 ? 0 : n * Math.log(n);
      }
    }
    // -sum p log p with p = n / all.
    return all == 0 ? 0 : Math.max(0, Math.log(all) - sum / all) / Math.log(2);
  }
}
