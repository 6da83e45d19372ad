package org.kronocyte.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
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

  /** The slow way: gradients and variances written out, of every fourth row. */
  @Test
  void isTheVarianceOfTheSquaredGradientOverTheSquaredVariance() {
    int width = 23;
    int height = 17;
    byte[] rgb = TestPixels.noise(width * height * 3, 1);
    double[][] green = new double[height][width];
    for (int i = 0; i < width * height; i++) {
      green[i / width][i % width] = rgb[3 * i + 1] & 0xff;
    }
    double[] across = flat(filtered(green, new double[][] {{-1, 0, 1}, {-2, 0, 2}, {-1, 0, 1}}));
    double[] down = flat(filtered(green, new double[][] {{-1, -2, -1}, {0, 0, 0}, {1, 2, 1}}));
    double[] squared = new double[across.length];
    for (int i = 0; i < squared.length; i++) {
      squared[i] = across[i] * across[i] + down[i] * down[i];
    }
    try (OpticalDensity field = TestPixels.density(rgb, width, height)) {
      double spread = variance(flat(green));
      double expected = variance(squared) / (spread * spread);
      assertEquals(expected, FocusMeter.score(field), 1e-4 * expected);
    }
  }

  /** Beyond the border an image is its own mirror picture, the outermost pixel not repeated. */
  private static double[][] filtered(double[][] image, double[][] kernel) {
    int height = image.length;
    int width = image[0].length;
    int reach = kernel.length / 2;
    double[][] out = new double[height][width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int dy = -reach; dy <= reach; dy++) {
          for (int dx = -reach; dx <= reach; dx++) {
            out[y][x] +=
                kernel[dy + reach][dx + reach]
                    * image[mirrored(y + dy, height)][mirrored(x + dx, width)];
          }
        }
      }
    }
    return out;
  }

  private static int mirrored(int at, int length) {
    return at < 0 ? -at : at >= length ? 2 * length - 2 - at : at;
  }

  /** The pixels of every fourth row. */
  private static double[] flat(double[][] image) {
    return IntStream.range(0, image.length)
        .filter(y -> y % 4 == 0)
        .mapToObj(y -> image[y])
        .flatMapToDouble(Arrays::stream)
        .toArray();
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
    for (double um : new double[] {0, 0.5, 1, 2, 3, 4}) {
      try (OpticalDensity field = QualityFields.density(smear, 2, new View(um, 0, 0, 0));
          OpticalDensity resampled = field.resized(256, 192)) {
        double now = FocusMeter.score(resampled);
        assertTrue(now < before, um + " um: " + now + " after " + before);
        before = now;
      }
    }
  }

  /** Noise that stays when the cells have blurred away must not look like sharpness. */
  @Test
  void farOutOfFocusIsBelowTheLimitAndSharpAbove() {
    double limit = QualityGate.Limits.DEFAULT.minFocus();
    VirtualSmear smear = new VirtualSmear(9, RECIPE);
    for (int i = 0; i < 4; i++) {
      for (double um : new double[] {0, 0.4, 4, 8}) {
        try (OpticalDensity field = QualityFields.density(smear, i, new View(um, 0, 0, i));
            OpticalDensity resampled = field.resized(256, 192)) {
          double score = FocusMeter.score(resampled);
          assertEquals(um < 1, score > limit, um + " um: " + score);
        }
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
