package org.kronocyte.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kronocyte.image.Natives;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.Scale;
import org.kronocyte.image.TestPixels;
import org.kronocyte.problem.ProblemException;

class ScaleTrackerTest {
  @BeforeAll
  static void load() throws Exception {
    Natives.load();
  }

  @Test
  void aConfiguredScaleNeedsNoCells() throws ProblemException {
    try (OpticalDensity glass = glass()) {
      assertEquals(
          Scale.configured(0.2), ScaleTracker.configured(0.2).scaleOf(glass, Optional.empty()));
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
      return tracker.scaleOf(field, Optional.empty());
    } catch (ProblemException e) {
      throw new AssertionError(e);
    }
  }

  /** A network that is surest at a multiple of the true scale, as shipped ones are. */
  private static ScaleTracker.Probe network(double umPerPx, int[] asked) {
    return (field, scale) -> {
      asked[0]++;
      double octaves = Math.log(scale.umPerPx() / (1.4 * umPerPx)) / Math.log(2);
      return Math.max(0, 5 - 2 * octaves * octaves);
    };
  }

  private static Scale of(ScaleTracker tracker, OpticalDensity field, ScaleTracker.Probe probe) {
    try (field) {
      return tracker.scaleOf(field, Optional.of(probe));
    } catch (ProblemException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void withoutRedCellsTheNetworkTellsTheScale() {
    ScaleTracker tracker = ScaleTracker.estimating();
    int[] asked = {0};
    Scale first = of(tracker, glass(), network(0.17, asked));
    assertEquals(0.17, first.umPerPx(), 0.01);
    assertEquals(Scale.Source.NETWORK, first.source());
    for (int i = 0; i < 9; i++) {
      of(tracker, glass(), network(0.17, asked));
    }
    Scale later = of(tracker, glass(), network(0.17, asked));
    assertTrue(later.confidence() > first.confidence(), first + ", then " + later);
  }

  @Test
  void redCellsThatTheNetworkConfirmsAreTheRuler() {
    ScaleTracker tracker = ScaleTracker.estimating();
    int[] asked = {0};
    Scale alone = of(ScaleTracker.estimating(), cells(640, 480, 30));
    for (int i = 0; i < 10; i++) {
      assertEquals(alone, of(tracker, cells(640, 480, 30), network(0.11, asked)));
    }
    assertTrue(asked[0] <= 3 * 12, "asked " + asked[0] + " times, which costs time");
  }

  /** Rouleaux and marrow: what looks like a red cell is none. */
  @Test
  void redCellsThatTheNetworkContradictsGiveWayAfterThreeFields() {
    ScaleTracker tracker = ScaleTracker.estimating();
    int[] asked = {0};
    assertEquals(
        Scale.Source.RED_CELLS, of(tracker, cells(640, 480, 30), network(0.2, asked)).source());
    of(tracker, cells(640, 480, 30), network(0.2, asked));
    Scale third = of(tracker, cells(640, 480, 30), network(0.2, asked));
    assertEquals(Scale.Source.NETWORK, third.source());
    assertEquals(0.2, third.umPerPx(), 0.01);
  }

  @Test
  void anotherMicroscopeIsLearntAnew() {
    ScaleTracker tracker = ScaleTracker.estimating();
    of(tracker, glass(), network(0.17, new int[1]));
    tracker.forget();
    assertEquals(0.08, of(tracker, glass(), network(0.08, new int[1])).umPerPx(), 0.005);
    tracker.forget();
    assertEquals(Scale.Source.ASSUMED, of(tracker, glass()).source());
  }

  @Test
  void aNetworkThatSeesNoWhiteCellSaysNothing() {
    ScaleTracker tracker = ScaleTracker.estimating();
    assertEquals(Scale.Source.ASSUMED, of(tracker, glass(), (field, scale) -> 2).source());
    assertEquals(
        Scale.Source.ASSUMED, of(tracker, glass(), (field, scale) -> 9 * scale.umPerPx()).source());
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
