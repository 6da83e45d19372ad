package org.kronocyte.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OtsuTest {
  /** The slow way: the threshold with the least variance inside the two classes. */
  @Test
  void leavesTheLeastVarianceWithinTheClasses() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 100; i++) {
      int[] histogram = random.ints(20 + i % 7, 0, 50).toArray();
      int found = RedCellScale.otsu(histogram);
      double least = Double.MAX_VALUE;
      for (int t = 0; t < histogram.length - 1; t++) {
        least = Math.min(least, spread(histogram, t));
      }
      assertEquals(least, spread(histogram, found), 1e-6 * least);
    }
  }

  private static double spread(int[] histogram, int threshold) {
    return sumOfSquares(histogram, 0, threshold + 1)
        + sumOfSquares(histogram, threshold + 1, histogram.length);
  }

  private static double sumOfSquares(int[] histogram, int from, int to) {
    double n = 0;
    double sum = 0;
    for (int v = from; v < to; v++) {
      n += histogram[v];
      sum += (double) v * histogram[v];
    }
    double out = 0;
    if (n == 0) {
      return out;
    }
    for (int v = from; v < to; v++) {
      out += histogram[v] * (v - sum / n) * (v - sum / n);
    }
    return out;
  }

  @Test
  void liesBetweenTwoHumps() {
    int[] histogram = new int[140];
    histogram[5] = 900;
    histogram[80] = 100;
    int found = RedCellScale.otsu(histogram);
    assertTrue(found >= 5 && found < 80, "threshold " + found);
  }

  @Test
  void anEmptyHistogramHasNoThreshold() {
    assertEquals(0, RedCellScale.otsu(new int[140]));
  }
}
