package org.kronocyte.classify;

import java.util.Map;
import org.kronocyte.segment.SegmentedCell;

/**
 * From probabilities to a verdict.
 *
 * <p>A platelet, artefact or smudge is never counted, and a thing without a nucleus is no white
 * cell. A cell whose best class is not probable enough, or is "not identifiable", stays a white
 * cell of unknown kind: it is uncertain. What would be counted but is a clump is uncountable.
 *
 * @param minProbability least probability of the best class for a cell to be counted as that class
 */
record DecisionRule(double minProbability) {
  static final DecisionRule DEFAULT = new DecisionRule(0.5);

  /**
   * A nucleus absorbs green light far more than a red cell. A "nucleus" that is not this many times
   * denser than the red cells around it is a red cell in an unusual stain.
   */
  static final double MIN_NUCLEUS_CONTRAST = 1.4;

  /**
   * For a cell of a field.
   *
   * @param clump several cells that could not be parted
   */
  ClassifiedCell.Verdict decide(
      Map<CellClass, Double> probabilities, SegmentedCell cell, boolean clump) {
    ClassifiedCell.Verdict verdict = decide(probabilities, cell);
    return clump && verdict.status() != CellStatus.REJECTED
        ? verdict(
            verdict.label(),
            verdict.probability(),
            probabilities,
            CellStatus.REJECTED,
            "uncountable")
        : verdict;
  }

  ClassifiedCell.Verdict decide(Map<CellClass, Double> probabilities, SegmentedCell cell) {
    boolean nucleus = cell.nucleusAreaUm2() >= SegmentedCell.MIN_NUCLEUS_UM2;
    boolean dense = cell.nucleusContrast().orElse(Double.MAX_VALUE) >= MIN_NUCLEUS_CONTRAST;
    return decide(probabilities, nucleus && dense);
  }

  /** For a crop without an outline, which is taken on trust to be a cell. */
  ClassifiedCell.Verdict decide(Map<CellClass, Double> probabilities, boolean hasNucleus) {
    Map.Entry<CellClass, Double> best =
        probabilities.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
    CellClass label = best.getKey();
    double probability = best.getValue();
    if (label.kind() == CellClass.Kind.NOT_A_CELL) {
      return verdict(
          label,
          probability,
          probabilities,
          CellStatus.REJECTED,
          label.displayName().replace(' ', '_'));
    }
    if (!hasNucleus) {
      return verdict(label, probability, probabilities, CellStatus.REJECTED, "no_nucleus");
    }
    if (label.kind() == CellClass.Kind.UNIDENTIFIED) {
      return verdict(label, probability, probabilities, CellStatus.UNCERTAIN, "not_identifiable");
    }
    if (probability < minProbability) {
      return verdict(label, probability, probabilities, CellStatus.UNCERTAIN, "low_probability");
    }
    return verdict(label, probability, probabilities, CellStatus.COUNTED, "");
  }

  private static ClassifiedCell.Verdict verdict(
      CellClass label,
      double probability,
      Map<CellClass, Double> probabilities,
      CellStatus status,
      String reason) {
    return new ClassifiedCell.Verdict(label, probability, probabilities, status, reason);
  }
}
