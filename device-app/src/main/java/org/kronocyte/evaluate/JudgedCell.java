package org.kronocyte.evaluate;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What was said of a cell whose class is known.
 *
 * @param truth name of its class in its set
 * @param right codes that are right for it
 * @param label code of the most probable class
 * @param probabilities of all codes
 * @param possible codes of the prediction set, absent if the model has none
 * @param unlikeness to the cells of training, absent if the model can't tell
 * @param status {@code counted}, {@code uncertain} or {@code rejected}
 * @param reason of a status that isn't {@code counted}
 */
public record JudgedCell(
    String truth,
    Set<String> right,
    String label,
    Map<String, Double> probabilities,
    Optional<Set<String>> possible,
    OptionalDouble unlikeness,
    String status,
    String reason) {
  /** Whether the most probable class is right. */
  public boolean isRight() {
    return right.contains(label);
  }

  /** Probability of the most probable class. */
  public double confidence() {
    return probabilities.get(label);
  }

  /** Whether the prediction set holds a right class. */
  boolean isCovered() {
    return possible.orElseThrow().stream().anyMatch(right::contains);
  }
}
