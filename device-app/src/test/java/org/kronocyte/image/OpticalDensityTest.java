package org.kronocyte.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.opencv.core.CvType;
import org.opencv.core.Mat;

class OpticalDensityTest {
  @BeforeAll
  static void load() throws Exception {
    Natives.load();
  }

  @Test
  void takesOnlyRgb() {
    try (PixelArena arena = new PixelArena()) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new OpticalDensity(arena.mat(2, 2, CvType.CV_8UC1)));
      assertThrows(IllegalArgumentException.class, () -> new OpticalDensity(arena.mat()));
    }
  }

  @Test
  void blueAndRedChangePlaces() {
    byte[] bgr = TestPixels.noise(5 * 4 * 3, 3);
    byte[] rgb = bgr.clone();
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = bgr[i + 2];
      rgb[i + 2] = bgr[i];
    }
    try (Frame frame = TestPixels.frame(bgr, 5, 4);
        OpticalDensity density = OpticalDensity.ofBgr(frame.bgr())) {
      assertArrayEquals(rgb, TestPixels.bytes(density));
      assertArrayEquals(bgr, TestPixels.bytes(frame.bgr()));
    }
  }

  /** Shrinking by a whole factor is the mean of each block. */
  @Test
  void shrinkingAverages() {
    byte[] rgb = TestPixels.noise(12 * 9 * 3, 4);
    try (OpticalDensity density = TestPixels.density(rgb, 12, 9);
        OpticalDensity small = density.resized(4, 3)) {
      assertEquals(4, small.width());
      assertEquals(3, small.height());
      byte[] seen = TestPixels.bytes(small);
      for (int i = 0; i < seen.length; i++) {
        int c = i % 3;
        int x = i / 3 % 4;
        int y = i / 12;
        int sum = 0;
        for (int k = 0; k < 9; k++) {
          sum += rgb[((3 * y + k / 3) * 12 + 3 * x + k % 3) * 3 + c] & 0xff;
        }
        assertEquals(sum / 9.0, seen[i] & 0xff, 0.51);
      }
    }
  }

  @Test
  void enlargingKeepsAFlatColour() {
    byte[] rgb = new byte[4 * 4 * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (40 * (i % 3));
    }
    try (OpticalDensity density = TestPixels.density(rgb, 4, 4);
        OpticalDensity large = density.resized(9, 7)) {
      byte[] seen = TestPixels.bytes(large);
      for (int i = 0; i < seen.length; i++) {
        assertEquals(40 * (i % 3), seen[i]);
      }
    }
  }

  @Test
  void closeFreesThePixels() {
    Mat rgb = new Mat(3, 3, CvType.CV_8UC3);
    OpticalDensity density = new OpticalDensity(rgb);
    assertFalse(rgb.empty());
    density.close();
    assertTrue(rgb.empty());
  }
}
