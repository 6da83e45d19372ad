package org.kronocyte.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kronocyte.image.Natives;
import org.kronocyte.image.TestPixels;

class ClassMapTest {
  @BeforeAll
  static void load() throws Exception {
    Natives.load();
  }

  /** The slow way: bilinear logits at pixel centres, then the largest; near-ties are left out. */
  @Test
  void rendersTheLargestInterpolatedLogit() {
    Prediction small =
        new Prediction(9, 7, TestPixels.noise(9 * 7 * 3, 1), TestPixels.noise(9 * 7, 2), 1.0 / 255);
    int width = 31;
    int height = 26;
    int coveredWidth = 33;
    int coveredHeight = 28;
    byte[] seen = ClassMap.render(small, width, height, coveredWidth, coveredHeight);
    int clear = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double u = (x + 0.5) * 9 / coveredWidth - 0.5;
        double v = (y + 0.5) * 7 / coveredHeight - 0.5;
        double[] logits = new double[3];
        for (int c = 0; c < 3; c++) {
          logits[c] = bilinear(small.classes(), 9, 7, 3, c, u, v);
        }
        int best = 0;
        for (int c = 1; c < 3; c++) {
          best = logits[c] > logits[best] ? c : best;
        }
        double second = -1;
        for (int c = 0; c < 3; c++) {
          second = c == best ? second : Math.max(second, logits[c]);
        }
        if (logits[best] - second > 2) {
          clear++;
          assertEquals(best, seen[y * width + x], x + "," + y);
        }
      }
    }
    assertTrue(clear > 0.9 * width * height);
  }

  @Test
  void coarseTakesTheStrongestLogitAndTheEarlierOfEquals() {
    byte[] logits = {5, 4, 3, 3, (byte) 200, 100, 0, 1, (byte) 255, 7, 7, 7};
    Prediction four = new Prediction(4, 1, logits, new byte[4], 1.0 / 255);
    assertArrayEquals(new byte[] {0, 1, 2, 0}, ClassMap.coarse(four));
  }

  private static double bilinear(
      byte[] values, int width, int height, int channels, int c, double u, double v) {
    double sum = 0;
    for (int dy = 0; dy < 2; dy++) {
      for (int dx = 0; dx < 2; dx++) {
        double x = Math.floor(u) + dx;
        double y = Math.floor(v) + dy;
        double weight = (1 - Math.abs(u - x)) * (1 - Math.abs(v - y));
        int i = (int) Math.max(0, Math.min(width - 1, x));
        int j = (int) Math.max(0, Math.min(height - 1, y));
        sum += weight * (values[(j * width + i) * channels + c] & 0xff);
      }
    }
    return sum;
  }

  @Test
  void equalLogitsAreTheLesserClass() {
    byte[] even = new byte[4 * 4 * 3];
    Prediction flat = new Prediction(4, 4, even, new byte[16], 1);
    assertArrayEquals(new byte[64], ClassMap.render(flat, 8, 8, 8, 8));
  }
}
