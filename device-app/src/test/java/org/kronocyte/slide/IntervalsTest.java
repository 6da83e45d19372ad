package org.kronocyte.slide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntervalsTest {
  /** Published quantiles of the normal distribution. */
  @ParameterizedTest
  @CsvSource({
    "0.75, 0.674490",
    "0.9, 1.281552",
    "0.95, 1.644854",
    "0.975, 1.959964",
    "0.99, 2.326348",
    "0.995, 2.575829",
    "0.999, 3.090232",
    "0.9995, 3.290527",
    "0.99999, 4.264891"
  })
  void normalQuantile(double p, double z) {
    assertEquals(z, Intervals.normalQuantile(p), 1e-6);
  }

  /** Published Wilson intervals of a single share. */
  @ParameterizedTest
  @CsvSource({
    "100, 500, 0.1673, 0.2373", "81, 263, 0.2553, 0.3662", "15, 148, 0.0624, 0.1605",
    "0, 20, 0, 0.1611", "1, 29, 0.0061, 0.1718", "29, 29, 0.8830, 1"
  })
  void wilson(int count, int total, double low, double high) {
    Intervals.Interval seen = Intervals.simultaneous(count, total, 1);
    assertEquals(low, seen.low(), 6e-5);
    assertEquals(high, seen.high(), 6e-5);
  }

  /** The slow way: the shares p at which the count is exactly z standard errors off. */
  @Test
  void endsSolveTheScoreEquation() {
    for (int classes : new int[] {1, 2, 12, 14}) {
      double z = Intervals.normalQuantile(1 - 0.05 / (2 * classes));
      for (int total : new int[] {1, 2, 7, 100, 500, 3000}) {
        for (int count = 0; count <= total; count += Math.max(1, total / 13)) {
          Intervals.Interval seen = Intervals.simultaneous(count, total, classes);
          double share = (double) count / total;
          String what = count + " of " + total + " in " + classes;
          assertEquals(root(share, total, z, 0, share), seen.low(), 1e-9, what);
          assertEquals(root(share, total, z, 1, share), seen.high(), 1e-9, what);
        }
      }
    }
  }

  /** Bisects |share - p| = z sqrt(p (1 - p) / n) between a far p and the share itself. */
  private static double root(double share, int total, double z, double far, double near) {
    double outside = far;
    double inside = near;
    for (int i = 0; i < 200; i++) {
      double p = (outside + inside) / 2;
      double distance = (share - p) * (share - p) - z * z * p * (1 - p) / total;
      if (distance > 0) {
        outside = p;
      } else {
        inside = p;
      }
    }
    return (outside + inside) / 2;
  }

  @Test
  void nothingCountedIsTheWholeRange() {
    assertEquals(new Intervals.Interval(0, 1), Intervals.simultaneous(0, 0, 13));
  }

  @Test
  void moreClassesWidenAndMoreCellsNarrow() {
    double before = 0;
    for (int classes = 1; classes < 20; classes++) {
      Intervals.Interval seen = Intervals.simultaneous(30, 100, classes);
      assertTrue(seen.high() - seen.low() > before);
      before = seen.high() - seen.low();
    }
    for (int times = 1; times < 20; times++) {
      Intervals.Interval seen = Intervals.simultaneous(30 * times, 100 * times, 5);
      assertTrue(seen.high() - seen.low() < before);
      before = seen.high() - seen.low();
    }
  }
}
