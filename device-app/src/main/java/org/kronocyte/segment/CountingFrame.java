package org.kronocyte.segment;

import java.util.OptionalDouble;
import org.kronocyte.image.Box;

/**
 * Counting at the border of a field without favouring small cells.
 *
 * <p>A cell that touches the border is not counted, whichever border it is: it is cut, and its
 * class and sizes can't be trusted, so the rule of two inclusive and two exclusive edges [1] would
 * tally cells that were never seen whole. Leaving out all four edges loses large cells more often
 * than small ones: of cells whose box is w by h only the share {@code (W - w)(H - h) / (W H)} is
 * seen whole in a field of W by H. Each whole cell therefore stands for {@code W H / ((W - w)(H -
 * h))} cells per field [2]; sums of these weights are unbiased whatever the sizes.
 *
 * <p>[1] Gundersen, Notes on the estimation of the numerical density of arbitrary profiles: the
 * edge effect, J. Microscopy 111, 1977. [2] Miles, On the elimination of edge effects in planar
 * sampling, in Stochastic Geometry, 1974; Lantuejoul, J. Microscopy 118, 1980.
 */
public final class CountingFrame {
  private CountingFrame() {}

  /**
   * How many cells of this size one whole cell stands for, at least 1.
   *
   * @return empty for a cell that touches the border
   */
  public static OptionalDouble weight(Box cell, int fieldWidth, int fieldHeight) {
    if (cell.touchesEdge(fieldWidth, fieldHeight)) {
      return OptionalDouble.empty();
    }
    double seen =
        (1 - (double) cell.width() / fieldWidth) * (1 - (double) cell.height() / fieldHeight);
    return OptionalDouble.of(1 / seen);
  }
}
