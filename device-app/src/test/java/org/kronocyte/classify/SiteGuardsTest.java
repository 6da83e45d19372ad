package org.kronocyte.classify;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kronocyte.model.SiteCalibration;
import org.kronocyte.problem.ProblemException;

class SiteGuardsTest {
  private static final List<String> LABELS = List.of("LYT", "BLA", "NGS");
  private static final int CELLS = 100;

  /** So many cells of each class, the class's probability as given. */
  private static double[][] cells(double sure, int... each) {
    double[][] out = new double[CELLS][3];
    int n = 0;
    for (int k = 0; k < each.length; k++) {
      for (int i = 0; i < each[k]; i++, n++) {
        Arrays.fill(out[n], (1 - sure) / 2);
        out[n][k] = sure;
      }
    }
    assertEquals(CELLS, n);
    return out;
  }

  private static Map<String, SiteCalibration.Correction> gain(double gain) {
    return Map.of("a", new SiteCalibration.Correction(new float[] {(float) gain}, new float[] {0}));
  }

  private static int[] all() {
    return IntStream.range(0, CELLS).toArray();
  }

  private static void check(
      SiteCalibrator.Care care, double[][] before, double[][] after, double gain)
      throws ProblemException {
    new SiteGuards(LABELS, care).check(before, after, all(), gain(gain), false);
  }

  private static void refused(
      String code, SiteCalibrator.Care care, double[][] before, double[][] after, double gain) {
    ProblemException thrown =
        assertThrows(ProblemException.class, () -> check(care, before, after, gain));
    assertEquals(code, thrown.problem().code());
  }

  @Test
  void anotherSizeFitsWhereCellsAreRecognisedNoWorse() {
    SiteGuards guards = new SiteGuards(LABELS, SiteCalibrator.Care.ATTENDED);
    double[][] before = cells(0.6, 50, 10, 40);
    List<String> ruler = List.of("NGS");
    assertTrue(guards.sizeFits(before, cells(0.61, 50, 10, 40), ruler));
    assertFalse(guards.sizeFits(before, cells(0.59, 50, 10, 40), ruler));
  }

  @Test
  void anotherSizeIsNotToldByASlideOfOneKind() {
    SiteGuards guards = new SiteGuards(LABELS, SiteCalibrator.Care.ATTENDED);
    double[][] before = cells(0.6, 50, 10, 40);
    assertFalse(guards.sizeFits(before, cells(0.99, 90, 0, 10), List.of("NGS")));
    assertTrue(guards.sizeFits(before, cells(0.99, 50, 0, 50), List.of("NGS")));
    assertFalse(guards.sizeFits(before, cells(0.99, 50, 0, 50), List.of("NGS", "LYT")));
  }

  @Test
  void aClearGainIsAllowed() {
    for (SiteCalibrator.Care care : SiteCalibrator.Care.values()) {
      assertDoesNotThrow(() -> check(care, cells(0.6, 50, 10, 40), cells(0.8, 52, 8, 40), 1.3));
    }
  }

  /** Another size is a sign of its own. */
  @Test
  void aSmallerGainWillDoWhereCellsAreMagnified() {
    double[][] before = cells(0.6, 50, 10, 40);
    SiteGuards guards = new SiteGuards(LABELS, SiteCalibrator.Care.ATTENDED);
    assertDoesNotThrow(
        () -> guards.check(before, cells(0.621, 52, 8, 40), all(), gain(1.02), true));
    refused(
        "site_as_expected", SiteCalibrator.Care.ATTENDED, before, cells(0.621, 52, 8, 40), 1.02);
    assertThrows(
        ProblemException.class,
        () -> guards.check(before, cells(0.619, 52, 8, 40), all(), gain(1.02), true));
  }

  /** Two of a hundred may go; a person's own choice of cells isn't doubted. */
  @Test
  void vanishingBlastsAreRefusedWithoutAPerson() {
    double[][] before = cells(0.6, 40, 20, 40);
    double[][] after = cells(0.8, 43, 17, 40);
    refused("site_blasts_vanish", SiteCalibrator.Care.UNATTENDED, before, after, 1.3);
    assertDoesNotThrow(() -> check(SiteCalibrator.Care.ATTENDED, before, after, 1.3));
  }

  @Test
  void oneKindOfCellIsRefused() {
    refused(
        "site_mix_too_odd",
        SiteCalibrator.Care.ATTENDED,
        cells(0.6, 5, 90, 5),
        cells(0.9, 5, 90, 5),
        1.3);
  }

  /** Where spreads hardly differ that is told as the reason. */
  @Test
  void aSmallGainIsRefused() {
    double[][] before = cells(0.6, 50, 0, 50);
    double[][] after = cells(0.629, 50, 0, 50);
    for (SiteCalibrator.Care care : SiteCalibrator.Care.values()) {
      refused("site_no_better", care, before, after, 1.3);
      refused("site_as_expected", care, before, after, 1.09);
    }
  }

  /** What is known surely tells the stain; what is guessed may only be guessed more boldly. */
  @Test
  void theAnchorsMustBeKnownBetter() {
    double[][] before = cells(0.6, 50, 0, 50);
    double[][] after = cells(0.8, 50, 0, 50);
    int[] anchors = {1, 2, 3};
    for (int n : anchors) {
      after[n] = new double[] {0.62, 0.19, 0.19};
    }
    SiteGuards guards = new SiteGuards(LABELS, SiteCalibrator.Care.ATTENDED);
    ProblemException thrown =
        assertThrows(
            ProblemException.class, () -> guards.check(before, after, anchors, gain(1.3), false));
    assertEquals("site_no_better", thrown.problem().code());
    assertDoesNotThrow(() -> guards.check(before, after, anchors, gain(1.3), true));
    assertDoesNotThrow(() -> guards.check(before, after, new int[] {4, 5}, gain(1.3), false));
  }

  /** Another mix of dyes may leave spreads nearly as they are. */
  @Test
  void aSmallChangeWithAClearGainIsAllowed() {
    double[][] before = cells(0.6, 50, 0, 50);
    for (SiteCalibrator.Care care : SiteCalibrator.Care.values()) {
      assertDoesNotThrow(() -> check(care, before, cells(0.631, 50, 0, 50), 1.02));
    }
  }

  @Test
  void noGainIsRefused() {
    double[][] same = cells(0.7, 50, 0, 50);
    refused("site_no_better", SiteCalibrator.Care.ATTENDED, same, same, 1.3);
  }
}
