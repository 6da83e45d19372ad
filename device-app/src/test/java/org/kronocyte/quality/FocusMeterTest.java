package org.kronocyte.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kronocyte.camera.virtual.SmearRecipe;
import org.kronocyte.camera.virtual.View;
import org.kronocyte.camera.virtual.VirtualSmear;
import org.kronocyte.image.Natives;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.TestPixels;
import org.opencv.core.Size;
import org.opencv.imgproc.Imgproc;

class FocusMeterTest {
  private static final SmearRecipe RECIPE = SmearRecipe.blood().withSize(640, 480);

  @BeforeAll
  static void load() throws Exception {
    Natives.load();
  }

  /** The slow way: Laplacian and variances written out. */
  @Test
  void isTheNormalizedVarianceOfTheLaplacian() {
    int width = 23;
    int height = 17;
    byte[] rgb = TestPixels.noise(width * height * 3, 1);
    double[] green = new double[width * height];
    double[] laplacian = new double[width * height];
    for (int i = 0; i < green.length; i++) {
      green[i] = rgb[3 * i + 1] & 0xff;
    }
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        // OpenCV mirrors at the border without repeating the outermost pixel.
        int left = y * width + (x == 0 ? 1 : x - 1);
        int right = y * width + (x == width - 1 ? width - 2 : x + 1);
        int up = (y == 0 ? 1 : y - 1) * width + x;
        int down = (y == height - 1 ? height - 2 : y + 1) * width + x;
        laplacian[y * width + x] =
            green[left] + green[right] + green[up] + green[down] - 4 * green[y * width + x];
      }
    }
    try (OpticalDensity field = TestPixels.density(rgb, width, height)) {
      double expected = 1000 * variance(laplacian) / variance(green);
      assertEquals(expected, FocusMeter.score(field), 1e-6 * expected);
    }
  }

  private static double variance(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
  }

  @Test
  void fallsWithEveryStepOfBlur() {
    try (OpticalDensity field = QualityFields.density(RECIPE, 4, 0, View.SHARP);
        OpticalDensity resampled = field.resized(256, 192)) {
      double before = FocusMeter.score(resampled);
      for (double sigma = 0.4; sigma < 4; sigma += 0.2) {
        byte[] copy = TestPixels.bytes(resampled);
        try (OpticalDensity blurred = TestPixels.density(copy, 256, 192)) {
          Imgproc.GaussianBlur(resampled.rgb(), blurred.rgb(), new Size(0, 0), sigma);
          double now = FocusMeter.score(blurred);
          assertTrue(now < before, "sigma " + sigma + ": " + now + " after " + before);
          before = now;
        }
      }
    }
  }

  @Test
  void aDefocusedViewScoresLower() {
    VirtualSmear smear = new VirtualSmear(8, RECIPE);
    double before = Double.MAX_VALUE;
    for (double um : new double[] {0, 1, 2, 4}) {
      try (OpticalDensity field = QualityFields.density(smear, 2, new View(um, 0, 0, 0));
          OpticalDensity resampled = field.resized(256, 192)) {
        double now = FocusMeter.score(resampled);
        assertTrue(now < before, um + " um: " + now + " after " + before);
        before = now;
      }
    }
  }

  /** A stain twice as deep is not sharper. */
  @Test
  void depthOfStainCancels() {
    byte[] pale = new byte[40 * 40 * 3];
    byte[] deep = new byte[pale.length];
    byte[] noise = TestPixels.noise(pale.length, 6);
    for (int i = 0; i < pale.length; i++) {
      pale[i] = (byte) ((noise[i] & 0xff) / 4);
      deep[i] = (byte) (pale[i] * 3);
    }
    try (OpticalDensity a = TestPixels.density(pale, 40, 40);
        OpticalDensity b = TestPixels.density(deep, 40, 40)) {
      assertEquals(FocusMeter.score(a), FocusMeter.score(b), 1e-6 * FocusMeter.score(a));
    }
  }

  @Test
  void aFlatFieldScoresNothing() {
    try (OpticalDensity flat = TestPixels.density(new byte[20 * 20 * 3], 20, 20)) {
      assertEquals(0, FocusMeter.score(flat));
    }
  }
}
