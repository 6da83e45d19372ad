package org.kronocyte.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class CellCropsTest {
  private static final int SIDE = 32;

  /** Two crops: a disc of another radius in each, a density a channel. */
  private static CellCrops discs(double... radii) {
    ByteBuffer pixels = ByteBuffer.allocateDirect(radii.length * SIDE * SIDE * 3);
    for (double radius : radii) {
      for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
          boolean inside = Math.hypot(x + 0.5 - SIDE / 2.0, y + 0.5 - SIDE / 2.0) <= radius;
          for (int c = 0; c < 3; c++) {
            pixels.put((byte) (inside ? 60 * (c + 1) : 0));
          }
        }
      }
    }
    return new CellCrops(pixels, radii.length, SIDE);
  }

  /** Radius of the disc with the area of crop n's channel, half-dark pixels counted by half. */
  private static double radius(CellCrops crops, int n, int channel) {
    double area = 0;
    for (int i = 0; i < SIDE * SIDE; i++) {
      area +=
          (crops.pixels().get((n * SIDE * SIDE + i) * 3 + channel) & 0xff) / (60.0 * (channel + 1));
    }
    return Math.sqrt(area / Math.PI);
  }

  @Test
  void magnifiesEveryCropAroundItsMiddle() {
    for (double zoom : new double[] {0.7, 0.85, 1.2, 1.4}) {
      CellCrops magnified = discs(6, 10).magnified(zoom);
      for (int channel = 0; channel < 3; channel++) {
        assertEquals(6 * zoom, radius(magnified, 0, channel), 0.15);
        assertEquals(10 * zoom, radius(magnified, 1, channel), 0.15);
      }
      // Still in the middle: the same left and right.
      for (int x = 0; x < SIDE; x++) {
        int row = SIDE / 2 * SIDE;
        assertEquals(
            magnified.pixels().get((row + x) * 3),
            magnified.pixels().get((row + SIDE - 1 - x) * 3));
      }
    }
  }

  @Test
  void aZoomOfOneChangesNothing() {
    CellCrops crops = discs(7);
    assertEquals(crops.pixels().rewind(), crops.magnified(1).pixels().rewind());
  }

  @Test
  void aDiameterForEachOrForNone() {
    ByteBuffer pixels = ByteBuffer.allocateDirect(2 * SIDE * SIDE * 3);
    assertThrows(
        IllegalArgumentException.class, () -> new CellCrops(pixels, 2, SIDE, new float[1]));
  }
}
