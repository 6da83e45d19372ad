package org.kronocyte.classify;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
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
   * @param possible the prediction set, which holds the true class of a cell with the coverage that
   *     the model states; absent if the model has none
   * @param unlikeness to the cells of training, absent if the model can't tell
   * @param evidence why, if that was asked for
   */
  public record Verdict(
      CellClass label,
      double probability,
      Map<CellClass, Double> probabilities,
      CellStatus status,
      String reason,
      Optional<List<CellClass>> possible,
      OptionalDouble unlikeness,
      Optional<Evidence> evidence) {
    /** The {@code reason} of a cell that is rejected for being unlike those of training. */
    public static final String UNKNOWN = "unknown";

    /** A verdict of which neither prediction set nor unlikeness was kept. */
    public Verdict(
        CellClass label,
        double probability,
        Map<CellClass, Double> probabilities,
        CellStatus status,
        String reason) {
      this(
          label,
          probability,
          probabilities,
          status,
          reason,
          Optional.empty(),
          OptionalDouble.empty(),
          Optional.empty());
    }

    /** Whether it is taken for no cell, or for one that can't be told apart from others. */
    public boolean noSingleCell() {
      return status == CellStatus.REJECTED && !reason.equals(UNKNOWN);
    }

    /** The same with its evidence. */
    Verdict with(Evidence found) {
      return new Verdict(
          label,
          probability,
          probabilities,
          status,
          reason,
          possible,
          unlikeness,
          Optional.of(found));
    }
  }
}
