package org.kronocyte.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
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

  /** A view of a frame computes what turning every pixel by the formula gives. */
  @Test
  void aViewOfAFrameFollowsTheFormula() {
    DensityTable table = new DensityTable(200, 220, 240);
    byte[] bgr = TestPixels.noise(37 * 23 * 3, 3);
    try (Frame frame = TestPixels.frame(bgr, 37, 23);
        OpticalDensity density = new OpticalDensity(frame, table)) {
      byte[] rgb = TestPixels.bytes(density);
      for (int i = 0; i < bgr.length; i += 3) {
        assertEquals(DensityTable.density(240, bgr[i + 2] & 0xff), rgb[i] & 0xff);
        assertEquals(DensityTable.density(220, bgr[i + 1] & 0xff), rgb[i + 1] & 0xff);
        assertEquals(DensityTable.density(200, bgr[i] & 0xff), rgb[i + 2] & 0xff);
      }
      assertArrayEquals(bgr, TestPixels.bytes(frame.bgr()));
    }
  }

  @Test
  void densityFollowsItsFormula() {
    for (int background = 1; background < 256; background++) {
      for (int v = 0; v < 256; v++) {
        double od = Math.log(background / Math.max(1.0, v)) / Math.log(10);
        double exact = Math.min(255, Math.max(0, 255 * od / 1.5));
        assertEquals(exact, DensityTable.density(background, v), 0.5 + 1e-9);
      }
      assertEquals(0, DensityTable.density(background, background));
      assertEquals(DensityTable.density(background, 1), DensityTable.density(background, 0));
    }
    assertEquals(170, DensityTable.density(250, 25));
    assertEquals(255, DensityTable.density(255, 0));
  }

  /** Beyond a frame there is glass of the frame's own colour, which has no density. */
  @Test
  void aCropBeyondAFrameIsClear() {
    byte[] bgr = new byte[40 * 40 * 3];
    try (Frame frame = TestPixels.frame(bgr, 40, 40);
        OpticalDensity density = new OpticalDensity(frame, new DensityTable(200, 220, 240))) {
      byte[] everything = new byte[40 * 40];
      Arrays.fill(everything, (byte) 1);
      ByteBuffer crop = ByteBuffer.allocateDirect(40 * 40 * 3);
      density.crop(0, 0, 40, everything, crop);
      byte[] rgb = new byte[crop.capacity()];
      crop.get(rgb);
      for (int i = 0; i < rgb.length; i++) {
        boolean inside = i / 3 % 40 >= 20 && i / 3 / 40 >= 20;
        assertEquals(inside ? 255 : 0, rgb[i] & 0xff);
      }
    }
  }

  /** Halving is the mean of each block, again and again. */
  @Test
  void shrinkingAverages() {
    int width = 48;
    byte[] rgb = TestPixels.noise(width * 32 * 3, 4);
    try (OpticalDensity density = TestPixels.density(rgb, width, 32);
        OpticalDensity small = density.resized(12, 8)) {
      assertEquals(12, small.width());
      assertEquals(8, small.height());
      byte[] seen = TestPixels.bytes(small);
      for (int i = 0; i < seen.length; i++) {
        int sum = 0;
        for (int k = 0; k < 16; k++) {
          int x = i / 3 % 12 * 4 + k % 4;
          int y = i / 36 * 4 + k / 4;
          sum += rgb[(y * width + x) * 3 + i % 3] & 0xff;
        }
        // Each of the two halvings rounds.
        assertEquals(sum / 16.0, seen[i] & 0xff, 1.01);
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
