package org.kronocyte.classify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class StainMeansTest {
  private static ByteBuffer crops(int... values) {
    ByteBuffer out = ByteBuffer.allocateDirect(values.length);
    for (int value : values) {
      out.put((byte) value);
    }
    return out;
  }

  /** Two crops of two pixels; glass doesn't count, and a crop of glass alone is no cell. */
  @Test
  void clearGlassDoesNotCount() {
    ByteBuffer two = crops(10, 20, 30, 0, 0, 0, 30, 40, 250, 50, 60, 0);
    assertArrayEquals(new double[] {25, 35, 77.5}, StainMeans.of(two, 2, 6), 1e-9);
    assertArrayEquals(new double[] {10, 20, 30}, StainMeans.of(two, 1, 6), 1e-9);
    assertArrayEquals(new double[3], StainMeans.of(crops(0, 0, 0), 1, 3));
  }

  @Test
  void distanceIsNothingForOneStainAndTheSameBothWays() {
    double[] one = {50, 90, 15};
    double[] other = {20, 40, 12};
    assertEquals(0, StainMeans.distance(one, one));
    assertEquals(StainMeans.distance(one, other), StainMeans.distance(other, one), 1e-12);
    assertTrue(StainMeans.distance(one, other) > 1);
  }

  /** Means of the classes of one laboratory: a slide of blasts is no other stain. */
  @Test
  void anotherMixtureIsNoOtherStain() {
    double[] granulocytes = {43, 78, 14.5};
    double[] blasts = {55.6, 97.4, 15.2};
    assertTrue(StainMeans.distance(granulocytes, blasts) < 1);
  }
}
