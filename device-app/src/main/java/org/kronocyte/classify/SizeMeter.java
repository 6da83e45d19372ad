package org.kronocyte.classify;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.SiteCalibration;

/**
 * Finds how large a site shows its cells, by those that have nearly one size everywhere: segmented
 * and band neutrophils. A wrong um/px, or another way of smearing, makes every cell larger or
 * smaller, and size is much of what tells a blast from a lymphocyte.
 *
 * @param labels of the model
 * @param ruler which cells have one size, and which
 */
record SizeMeter(List<String> labels, ModelManifest.SizeRuler ruler) {
  /** A median of fewer says little. */
  private static final int MIN_CELLS = 10;

  /** A cell below this may be something else. */
  private static final double LEAST_PROBABILITY = 0.7;

  /** Cells that differ more, third quartile over first, are no ruler; neutrophils have 1.15. */
  private static final double MAX_SPREAD = 1.35;

  /** A smaller difference is within that of two laboratories of known scale. */
  private static final double LEAST_ZOOM = 1.05;

  /**
   * Measures the cells.
   *
   * @param probabilities {@code [N,K]} with the site's stain corrected
   * @param diametersUm of the same cells, or empty
   * @return nothing where there are too few to measure, or no correction is called for
   */
  Optional<SiteCalibration.CellSize> measure(double[][] probabilities, float[] diametersUm) {
    if (diametersUm.length == 0) {
      return Optional.empty();
    }
    double[] sizes =
        IntStream.range(0, probabilities.length)
            .filter(n -> sure(probabilities[n]))
            .mapToDouble(n -> diametersUm[n])
            .sorted()
            .toArray();
    if (sizes.length < MIN_CELLS
        || sizes[sizes.length * 3 / 4] > MAX_SPREAD * sizes[sizes.length / 4]) {
      return Optional.empty();
    }
    double median = (sizes[(sizes.length - 1) / 2] + sizes[sizes.length / 2]) / 2;
    double zoom = ruler.diameterUm() / median;
    double difference = Math.max(zoom, 1 / zoom);
    return difference < LEAST_ZOOM || difference > SiteCalibration.CellSize.MAX_ZOOM
        ? Optional.empty()
        : Optional.of(new SiteCalibration.CellSize(sizes.length, rounded(median), rounded(zoom)));
  }

  private boolean sure(double[] probabilities) {
    double sum = ruler.labels().stream().mapToDouble(l -> probabilities[labels.indexOf(l)]).sum();
    return sum >= LEAST_PROBABILITY;
  }

  private static double rounded(double value) {
    return Math.rint(value * 1e3) / 1e3;
  }
}
