package org.kronocyte.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.SiteCalibration;

class SizeMeterTest {
  private static final SizeMeter METER =
      new SizeMeter(
          List.of("LYT", "NGB", "NGS"), new ModelManifest.SizeRuler(List.of("NGS", "NGB"), 13.5));

  /** Neutrophils of about a size, segmented or band, among lymphocytes of 9 um. */
  private static Optional<SiteCalibration.CellSize> measured(
      int neutrophils, double diameterUm, double spread, double probability) {
    Random random = new Random(4);
    double[][] probabilities = new double[neutrophils + 30][];
    float[] diameters = new float[probabilities.length];
    for (int n = 0; n < probabilities.length; n++) {
      boolean neutrophil = n < neutrophils;
      double segmented = random.nextDouble() * probability;
      probabilities[n] =
          neutrophil
              ? new double[] {1 - probability, probability - segmented, segmented}
              : new double[] {0.9, 0.05, 0.05};
      diameters[n] = (float) (neutrophil ? diameterUm + spread * random.nextGaussian() : 9);
    }
    return METER.measure(probabilities, diameters);
  }

  @Test
  void cellsShownTooLargeAreMadeSmaller() {
    SiteCalibration.CellSize size = measured(60, 17, 1, 0.9).orElseThrow();
    assertEquals(60, size.cells());
    assertEquals(17, size.diameterUm(), 0.4);
    assertEquals(13.5 / size.diameterUm(), size.zoom(), 1e-3);
  }

  @Test
  void cellsShownTooSmallAreMagnified() {
    assertEquals(1.25, measured(40, 10.8, 0.5, 0.9).orElseThrow().zoom(), 0.03);
  }

  @Test
  void theUsualSizeNeedsNoCorrection() {
    assertEquals(Optional.empty(), measured(60, 13.8, 0.7, 0.9));
  }

  @Test
  void fewNeutrophilsAreNoRuler() {
    assertEquals(Optional.empty(), measured(9, 17, 0.1, 0.9));
  }

  @Test
  void doubtfulNeutrophilsAreNoRuler() {
    assertEquals(Optional.empty(), measured(60, 17, 0.5, 0.65));
  }

  @Test
  void neutrophilsOfEverySizeAreNoRuler() {
    assertEquals(Optional.empty(), measured(60, 17, 6, 0.9));
  }

  /** Three times too large is a wrong scale: correcting it would hide that. */
  @Test
  void aWrongScaleIsNotHidden() {
    assertEquals(Optional.empty(), measured(60, 40, 1, 0.9));
  }

  @Test
  void withoutDiametersNothingIsMeasured() {
    double[][] sure = new double[50][];
    Arrays.fill(sure, new double[] {0, 0, 1});
    assertEquals(Optional.empty(), METER.measure(sure, new float[0]));
  }
}
