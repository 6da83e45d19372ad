package org.kronocyte.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.kronocyte.image.Box;

class CountingFrameTest {
  @Test
  void aCutCellHasNoWeight() {
    assertEquals(OptionalDouble.empty(), CountingFrame.weight(new Box(0, 5, 9, 9), 100, 80));
    assertEquals(OptionalDouble.empty(), CountingFrame.weight(new Box(91, 5, 9, 9), 100, 80));
    assertEquals(
        1 / (0.9 * 0.8), CountingFrame.weight(new Box(5, 5, 10, 16), 100, 80).orElseThrow(), 1e-12);
  }

  /**
   * As many small as large cells fall anywhere on a large slide: the slow way is to throw them. Of
   * plain counts the small ones win, of weights neither does.
   */
  @Test
  void sumsOfWeightsAreUnbiased() {
    Random random = new Random(3);
    int width = 1280;
    int height = 960;
    double[] weights = new double[2];
    int[] counts = new int[2];
    int[] sides = {60, 200};
    int thrown = 200_000;
    for (int i = 0; i < thrown; i++) {
      int kind = i % 2;
      int side = sides[kind];
      // Their middles are even over an area that is 400 wider and higher than the field.
      int x = (int) Math.floor(random.nextDouble() * (width + 400) - 200 - side / 2.0);
      int y = (int) Math.floor(random.nextDouble() * (height + 400) - 200 - side / 2.0);
      Box box = new Box(x, y, side, side);
      if (!box.touchesEdge(width, height)) {
        counts[kind]++;
        weights[kind] += CountingFrame.weight(box, width, height).orElseThrow();
      }
    }
    double expected = thrown / 2.0 * width * height / ((width + 400.0) * (height + 400.0));
    assertEquals(expected, weights[0], 0.01 * expected);
    assertEquals(expected, weights[1], 0.01 * expected);
    assertTrue(counts[0] > 1.15 * counts[1], counts[0] + " small, " + counts[1] + " large");
  }
}
