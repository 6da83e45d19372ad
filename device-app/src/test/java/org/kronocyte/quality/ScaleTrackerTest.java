package org.kronocyte.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kronocyte.image.Natives;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.Scale;
import org.kronocyte.image.TestPixels;

class ScaleTrackerTest {
  @BeforeAll
  static void load() throws Exception {
    Natives.load();
  }

  @Test
  void aConfiguredScaleNeedsNoCells() {
    try (OpticalDensity glass = glass()) {
      assertEquals(Scale.configured(0.2), ScaleTracker.configured(0.2).scaleOf(glass));
    }
  }

  @Test
  void nothingSeenYetIsAnAssumptionWithoutConfidence() {
    ScaleTracker tracker = ScaleTracker.estimating();
    Scale scale = of(tracker, glass());
    assertEquals(new Scale(ScaleTracker.ASSUMED_UM_PER_PX, Scale.Source.ASSUMED, 0), scale);
  }

  @Test
  void anEmptyFieldIsReadWithTheScaleBefore() {
    ScaleTracker tracker = ScaleTracker.estimating();
    Scale first = of(tracker, cells(640, 480, 30));
    assertEquals(7.5 / 60, first.umPerPx(), 0.01);
    Scale second = of(tracker, glass());
    assertEquals(first.umPerPx(), second.umPerPx());
    assertEquals(Scale.Source.RED_CELLS, second.source());
  }

  @Test
  void anOutlierGivesWayToTheMedian() {
    ScaleTracker tracker = ScaleTracker.estimating();
    Scale usual = of(tracker, cells(640, 480, 30));
    for (int i = 0; i < 3; i++) {
      of(tracker, cells(640, 480, 30));
    }
    assertEquals(usual.umPerPx(), of(tracker, cells(640, 480, 42)).umPerPx(), 1e-9);
    double near = of(tracker, cells(640, 480, 32)).umPerPx();
    assertTrue(near < usual.umPerPx(), "a small difference is believed: " + near);
  }

  /** Changing the objective: after a while the new scale is the usual one. */
  @Test
  void memoryFades() {
    ScaleTracker tracker = ScaleTracker.estimating();
    for (int i = 0; i < 15; i++) {
      of(tracker, cells(640, 480, 24));
    }
    Scale last = null;
    for (int i = 0; i < 15; i++) {
      last = of(tracker, cells(640, 480, 42));
    }
    assertEquals(7.5 / 84, last.umPerPx(), 0.01);
  }

  @Test
  void anotherFrameSizeIsAnotherCamera() {
    ScaleTracker tracker = ScaleTracker.estimating();
    of(tracker, cells(640, 480, 30));
    assertEquals(7.5 / 120, of(tracker, cells(1280, 960, 60)).umPerPx(), 0.006);
    assertEquals(Scale.Source.ASSUMED, of(tracker, glass()).source());
  }

  private static Scale of(ScaleTracker tracker, OpticalDensity field) {
    try (field) {
      return tracker.scaleOf(field);
    }
  }

  private static OpticalDensity glass() {
    return TestPixels.density(new byte[640 * 480 * 3], 640, 480);
  }

  private static OpticalDensity cells(int width, int height, double radius) {
    List<double[]> centres = new ArrayList<>();
    for (double y = 1.5 * radius; y < height - radius; y += 3 * radius) {
      for (double x = 1.5 * radius; x < width - radius; x += 3 * radius) {
        centres.add(new double[] {x, y});
      }
    }
    return QualityFields.discs(width, height, radius, centres.toArray(double[][]::new));
  }
}
