package org.kronocyte.classify;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a classifier's outputs say of one cell, before anything is decided.
 *
 * @param probabilities of every class the model knows, in its order, summing to 1
 * @param possible the prediction set: classes the cell may well be of, in the model's order,
 *     perhaps none; absent if the model has no thresholds
 * @param unlikeness to the cells of training, absent if the model can't tell
 * @param unknown whether that is more than its threshold
 */
record CellReading(
    Map<CellClass, Double> probabilities,
    Optional<List<CellClass>> possible,
    OptionalDouble unlikeness,
    boolean unknown) {
  /** Probabilities of a model that says no more. */
  static CellReading of(Map<CellClass, Double> probabilities) {
    return new CellReading(probabilities, Optional.empty(), OptionalDouble.empty(), false);
  }

  CellClass label() {
    return probabilities.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .orElseThrow()
        .getKey();
  }
}
