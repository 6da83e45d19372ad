package org.kronocyte.classify;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.kronocyte.problem.ProblemException;

/**
 * The cells by which a site's stain is told: surely of classes which every slide has and which look
 * alike in every laboratory. Probabilities are {@code [N,K]}, a row a cell. Immutable.
 */
final class Anchors {
  private static final List<String> CLASSES = List.of("NGS", "NGB", "EOS", "LYT");
  private static final List<String> NO_NEUTROPHILS = List.of("EOS", "LYT");

  /** The sum of an anchor's probabilities. Blasts are least of all so sure to be one of these. */
  private static final double SURELY = 0.75;

  /** Fewer don't show a stain. */
  private static final int MIN_ANCHORS = 20;

  /**
   * Of them eosinophils or lymphocytes, by their probabilities. Between bands and segmented cells
   * there is no border: with neutrophils alone, younger ones than in training pass for a stain.
   */
  private static final double MIN_OTHERS = 5;

  /** How many classes the model knows. */
  private final int known;

  private final int[] classes;
  private final int[] noNeutrophils;

  /**
   * @param labels of the model
   */
  Anchors(List<String> labels) {
    this.known = labels.size();
    this.classes = places(labels, CLASSES);
    this.noNeutrophils = places(labels, NO_NEUTROPHILS);
  }

  private static int[] places(List<String> labels, List<String> wanted) {
    return wanted.stream().mapToInt(labels::indexOf).filter(k -> k >= 0).toArray();
  }

  /**
   * Which cells are anchors.
   *
   * @throws ProblemException {@code site_too_few_anchors}
   */
  int[] among(double[][] probabilities) throws ProblemException {
    int[] found =
        IntStream.range(0, probabilities.length)
            .filter(n -> sum(probabilities[n], classes) >= SURELY)
            .toArray();
    String surely =
        found.length
            + " of "
            + probabilities.length
            + " cells are surely neutrophils, eosinophils or lymphocytes, by which a stain is"
            + " known whatever else is on the slide; ";
    if (found.length < MIN_ANCHORS) {
      throw tooFew(surely + "it takes " + MIN_ANCHORS);
    }
    double others =
        Arrays.stream(found).mapToDouble(n -> sum(probabilities[n], noNeutrophils)).sum();
    if (others < MIN_OTHERS) {
      throw tooFew(
          surely
              + String.format(
                  Locale.ROOT,
                  "%.0f are eosinophils or lymphocytes, it takes %.0f: with neutrophils alone a shift"
                      + " to younger cells looks like another stain",
                  Math.floor(others),
                  MIN_OTHERS));
    }
    return found;
  }

  private static ProblemException tooFew(String message) {
    return new ProblemException(
        "site_too_few_anchors",
        message,
        "give images with more of these cells, or go on without a site calibration");
  }

  /**
   * The mixture {@code [K]} of classes among anchors, as far as they are of the anchors' classes.
   */
  float[] mixture(double[][] probabilities, int[] anchors) {
    float[] out = new float[known];
    for (int n : anchors) {
      double share = sum(probabilities[n], classes) * anchors.length;
      for (int k : classes) {
        out[k] += (float) (probabilities[n][k] / share);
      }
    }
    return out;
  }

  private static double sum(double[] probabilities, int[] of) {
    return Arrays.stream(of).mapToDouble(k -> probabilities[k]).sum();
  }
}
