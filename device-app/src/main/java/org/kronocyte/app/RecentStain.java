package org.kronocyte.app;

import java.util.OptionalDouble;
import org.kronocyte.classify.StainMeans;

/** What the last few hundred cells look like: a running mean of their density. One thread. */
public final class RecentStain {
  /** Older cells fade out. */
  private static final int WINDOW = 300;

  /** Fewer say more of one patient than of the stain. */
  private static final int LEAST = 150;

  private final double[] means = new double[3];
  private int cells;

  /**
   * Takes in some cells.
   *
   * @param stain mean of these, red, green, blue
   */
  void add(double[] stain, int count) {
    if (count > 0) {
      cells = Math.min(WINDOW, cells + count);
      double weight = Math.min(1, (double) count / cells);
      for (int c = 0; c < means.length; c++) {
        means[c] += weight * (stain[c] - means[c]);
      }
    }
  }

  int cells() {
    return cells;
  }

  double[] means() {
    return means.clone();
  }

  /**
   * How far it is from a calibration's stain, see {@link StainMeans}; empty without enough cells.
   */
  OptionalDouble distance(double[] stain) {
    return cells < LEAST || stain == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(StainMeans.distance(means, stain));
  }
}
