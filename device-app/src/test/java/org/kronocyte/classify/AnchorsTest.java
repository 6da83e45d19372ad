package org.kronocyte.classify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kronocyte.problem.ProblemException;

class AnchorsTest {
  private static final List<String> LABELS = List.of("BLA", "EOS", "LYT", "NGB", "NGS");
  private static final double[] BLAST = {0.9, 0, 0.1, 0, 0};
  private static final double[] DOUBTFUL = {0.26, 0, 0.74, 0, 0};
  private static final double[] LYMPHOCYTE = {0.1, 0, 0.9, 0, 0};
  private static final double[] BAND_OR_SEGMENTED = {0, 0, 0, 0.5, 0.5};

  private final Anchors anchors = new Anchors(LABELS);

  /** So many of one kind, so many of the next, … */
  private static double[][] cells(Object... kindsAndCounts) {
    List<double[]> out = new ArrayList<>();
    for (int i = 0; i < kindsAndCounts.length; i += 2) {
      for (int n = 0; n < (int) kindsAndCounts[i + 1]; n++) {
        out.add((double[]) kindsAndCounts[i]);
      }
    }
    return out.toArray(double[][]::new);
  }

  private void refused(String why, double[][] cells) {
    ProblemException thrown = assertThrows(ProblemException.class, () -> anchors.among(cells));
    assertEquals("site_too_few_anchors", thrown.problem().code());
    assertTrue(thrown.getMessage().contains(why), thrown::getMessage);
  }

  @Test
  void whatIsSureIsAnAnchor() throws Exception {
    double[][] cells =
        cells(BLAST, 30, LYMPHOCYTE, 10, DOUBTFUL, 30, BAND_OR_SEGMENTED, 10, BLAST, 5);
    int[] found = anchors.among(cells);
    assertArrayEquals(
        IntStream.concat(IntStream.range(30, 40), IntStream.range(70, 80)).toArray(), found);
    float[] mixture = anchors.mixture(cells, found);
    assertArrayEquals(new float[] {0, 0, 0.5f, 0.25f, 0.25f}, mixture, 1e-6f);
    assertEquals(1, IntStream.range(0, 5).mapToDouble(k -> mixture[k]).sum(), 1e-6);
  }

  @Test
  void fewerThanTwentyAreRefused() {
    refused("19 of 80", cells(BLAST, 30, LYMPHOCYTE, 19, DOUBTFUL, 31));
  }

  /** Younger neutrophils than in training would pass for another stain. */
  @Test
  void neutrophilsAloneAreRefused() throws Exception {
    refused(
        "4 are eosinophils or lymphocytes, it takes 5",
        cells(BLAST, 100, BAND_OR_SEGMENTED, 60, LYMPHOCYTE, 5));
    assertEquals(66, anchors.among(cells(BAND_OR_SEGMENTED, 60, LYMPHOCYTE, 6)).length);
  }

  /** A model without eosinophils still has lymphocytes and neutrophils. */
  @Test
  void classesAModelDoesNotKnowAreLeftOut() throws Exception {
    double[][] cells = new double[30][];
    Arrays.fill(cells, new double[] {0.95, 0.05});
    assertEquals(30, new Anchors(List.of("LYT", "NGS")).among(cells).length);
  }
}
