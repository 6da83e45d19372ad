package org.kronocyte.evaluate;

import java.util.OptionalDouble;

/**
 * All measures of one image, or of many pooled. A measure that a set's truth can't give is empty.
 *
 * @param cell Dice of nucleus and cytoplasm together
 * @param cells by pixels where there are masks, else by boxes
 * @param boxes by boxes, where people drew boxes
 */
public record Score(
    DiceTally cell,
    DiceTally nucleus,
    BoundaryTally cellBoundary,
    BoundaryTally nucleusBoundary,
    CellTally cells,
    CellTally boxes) {
  public static final Score NONE =
      new Score(
          DiceTally.NONE,
          DiceTally.NONE,
          BoundaryTally.NONE,
          BoundaryTally.NONE,
          CellTally.NONE,
          CellTally.NONE);

  /** Pools two. */
  public Score plus(Score o) {
    return new Score(
        cell.plus(o.cell),
        nucleus.plus(o.nucleus),
        cellBoundary.plus(o.cellBoundary),
        nucleusBoundary.plus(o.nucleusBoundary),
        cells.plus(o.cells),
        boxes.plus(o.boxes));
  }

  /**
   * What images are ranked by: the lowest of the Dice coefficients and the detection F1; for a set
   * of boxes or regions the F1 alone. 1 if there is nothing to judge.
   */
  public double worst() {
    OptionalDouble f1 = cells.f1();
    return Math.min(f1.orElse(1), Math.min(cell.value().orElse(1), nucleus.value().orElse(1)));
  }
}
