package org.kronocyte.classify;

import java.util.Map;
import org.kronocyte.segment.SegmentedCell;

/**
 * A cell with its class.
 *
 * @param cell outline and sizes
 * @param verdict class, probabilities and status
 */
public record ClassifiedCell(SegmentedCell cell, Verdict verdict) {
  /**
   * What the classifier says of one crop.
   *
   * @param label the most probable class, whatever the status
   * @param probability of {@code label}, calibrated
   * @param probabilities of every class the model knows, summing to 1, in the model's order
   * @param status whether it may be counted
   * @param reason stable code why it is not {@code COUNTED}, empty if it is
   */
  public record Verdict(
      CellClass label,
      double probability,
      Map<CellClass, Double> probabilities,
      CellStatus status,
      String reason) {}
}
