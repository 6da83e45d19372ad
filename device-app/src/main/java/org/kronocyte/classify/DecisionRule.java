package org.kronocyte.classify;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kronocyte.segment.SegmentedCell;

/**
 * From what a classifier says to a verdict. The first that holds decides:
 *
 * <ol>
 *   <li>the best class is a platelet, artefact or smudge: rejected as that;
 *   <li>no nucleus, or one hardly denser than red cells: rejected, {@code no_nucleus};
 *   <li>a clump: rejected, {@code uncountable};
 *   <li>unlike the cells of training: rejected, {@code unknown};
 *   <li>the best class is "not identifiable": uncertain, {@code not_identifiable};
 *   <li>no class is likely, {@code no_class_likely}, or others than the best one are possible,
 *       {@code several_classes_possible}: uncertain;
 *   <li>else it is counted.
 * </ol>
 *
 * <p>What is rejected is no white cell, or nobody knows; what is uncertain stays in the total as a
 * white cell of unknown kind.
 *
 * @param minProbability for a model without prediction sets: least probability of the best class;
 *     below, the cell is uncertain, {@code low_probability}
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
  ClassifiedCell.Verdict decide(CellReading reading, SegmentedCell cell, boolean clump) {
    boolean nucleus = cell.nucleusAreaUm2() >= SegmentedCell.MIN_NUCLEUS_UM2;
    boolean dense = cell.nucleusContrast().orElse(Double.MAX_VALUE) >= MIN_NUCLEUS_CONTRAST;
    return decide(reading, nucleus && dense, clump);
  }

  /**
   * For a crop without an outline, which is taken on trust to have a nucleus and to be one cell.
   */
  ClassifiedCell.Verdict decide(CellReading reading) {
    return decide(reading, true, false);
  }

  ClassifiedCell.Verdict decide(CellReading reading, boolean hasNucleus, boolean clump) {
    CellClass label = reading.label();
    if (label.kind() == CellClass.Kind.NOT_A_CELL) {
      return verdict(reading, CellStatus.REJECTED, label.displayName().replace(' ', '_'));
    }
    if (!hasNucleus) {
      return verdict(reading, CellStatus.REJECTED, "no_nucleus");
    }
    if (clump) {
      return verdict(reading, CellStatus.REJECTED, "uncountable");
    }
    if (reading.unknown()) {
      return verdict(reading, CellStatus.REJECTED, ClassifiedCell.Verdict.UNKNOWN);
    }
    if (label.kind() == CellClass.Kind.UNIDENTIFIED) {
      return verdict(reading, CellStatus.UNCERTAIN, "not_identifiable");
    }
    String doubt = doubt(reading, label);
    return verdict(reading, doubt.isEmpty() ? CellStatus.COUNTED : CellStatus.UNCERTAIN, doubt);
  }

  private String doubt(CellReading reading, CellClass label) {
    if (reading.possible().isEmpty()) {
      return reading.probabilities().get(label) < minProbability ? "low_probability" : "";
    }
    List<CellClass> possible = reading.possible().get();
    if (possible.isEmpty()) {
      return "no_class_likely";
    }
    return possible.equals(List.of(label)) ? "" : "several_classes_possible";
  }

  private static ClassifiedCell.Verdict verdict(
      CellReading reading, CellStatus status, String reason) {
    Map<CellClass, Double> probabilities = reading.probabilities();
    return new ClassifiedCell.Verdict(
        reading.label(),
        probabilities.get(reading.label()),
        probabilities,
        status,
        reason,
        reading.possible(),
        reading.unlikeness(),
        Optional.empty());
  }
}
