package org.kronocyte.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kronocyte.camera.virtual.SmearRecipe;
import org.kronocyte.camera.virtual.View;
import org.kronocyte.camera.virtual.VirtualSmear;
import org.kronocyte.image.Natives;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.Scale;
import org.kronocyte.image.TestPixels;

class RedCellScaleTest {
  @BeforeAll
  static void load() throws Exception {
    Natives.load();
  }

  @ParameterizedTest
  @CsvSource({"640, 480, 20", "640, 480, 37.5", "320, 240, 12", "1280, 960, 60", "1920, 1080, 50"})
  void separateDiscsGiveTheirWidth(int width, int height, double radius) {
    List<double[]> centres = new ArrayList<>();
    for (double y = 1.5 * radius; y < height - radius; y += 3 * radius) {
      for (double x = 1.5 * radius; x < width - radius; x += 3 * radius) {
        centres.add(new double[] {x, y});
      }
    }
    assertEstimate(width, height, radius, centres, 0.12);
  }

  /** Pairs and chains that overlap by up to a third of a cell. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void overlappingDiscsGiveTheirWidth(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double radius = 24 + random.nextInt(16);
    List<double[]> centres = new ArrayList<>();
    for (double y = 1.5 * radius; y < 960 - 2 * radius; y += 3.4 * radius) {
      for (double x = 1.5 * radius; x < 1280 - 4 * radius; x += 5.5 * radius) {
        double apart = (1.3 + 0.6 * random.nextDouble()) * radius;
        double angle = Math.PI * (random.nextDouble() - 0.5) / 2;
        centres.add(new double[] {x, y});
        centres.add(new double[] {x + apart * Math.cos(angle), y + apart * Math.sin(angle)});
      }
    }
    assertEstimate(1280, 960, radius, centres, 0.13);
  }

  /** The edge is taken at 35 % of the height, so a small disc reads up to a pixel too wide. */
  private static void assertEstimate(
      int width, int height, double radius, List<double[]> centres, double tolerance) {
    double truth = RedCellScale.RED_CELL_UM / (2 * radius);
    try (OpticalDensity field =
        QualityFields.discs(width, height, radius, centres.toArray(double[][]::new))) {
      Scale scale = RedCellScale.estimate(field).orElseThrow();
      assertEquals(1, scale.umPerPx() / truth, tolerance);
      assertEquals(Scale.Source.RED_CELLS, scale.source());
      assertTrue(scale.confidence() > 0.3, "confidence " + scale.confidence());
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.16})
  void virtualFieldsAreMeasuredWithinFifteenPercent(double umPerPx) {
    SmearRecipe blood = SmearRecipe.blood();
    double area = Math.pow(umPerPx / 0.1, 2);
    SmearRecipe recipe =
        new SmearRecipe(blood.mix(), 4 * area, 95 * area, 7 * area, umPerPx, 1280, 960);
    VirtualSmear smear = new VirtualSmear(7, recipe);
    int good = 0;
    StringBuilder seen = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      try (OpticalDensity field = QualityFields.density(smear, i, View.SHARP)) {
        Optional<Scale> scale = RedCellScale.estimate(field);
        seen.append(scale.map(Scale::umPerPx)).append(' ');
        if (scale.isPresent() && Math.abs(scale.get().umPerPx() / umPerPx - 1) < 0.15) {
          good++;
        }
      }
    }
    assertTrue(good >= 8, good + " of 10 good: " + seen);
  }

  @Test
  void withoutRedCellsThereIsNoEstimate() {
    try (OpticalDensity glass = TestPixels.density(new byte[300 * 200 * 3], 300, 200);
        OpticalDensity two =
            QualityFields.discs(640, 480, 30, new double[][] {{100, 100}, {400, 300}})) {
      assertTrue(RedCellScale.estimate(glass).isEmpty());
      assertTrue(RedCellScale.estimate(two).isEmpty());
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "16, 16", "3000, 2", "2, 3000", "400, 9"})
  void oddSizesGiveNoEstimateAndNoError(int width, int height) {
    try (OpticalDensity field =
        TestPixels.density(TestPixels.noise(width * height * 3, 9), width, height)) {
      assertTrue(RedCellScale.estimate(field).isEmpty());
    }
  }

  @Test
  void noiseNeverMakesAnImpossibleScale() {
    for (int seed = 0; seed < 20; seed++) {
      try (OpticalDensity field =
          TestPixels.density(TestPixels.noise(320 * 240 * 3, seed), 320, 240)) {
        RedCellScale.estimate(field)
            .ifPresent(s -> assertTrue(s.umPerPx() <= Scale.MAX_UM_PER_PX, s.toString()));
      }
    }
  }
}
