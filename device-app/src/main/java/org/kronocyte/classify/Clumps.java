package org.kronocyte.classify;

import java.util.List;
import org.kronocyte.segment.SegmentedCell;

/**
 * Which outlines hold several cells that could not be parted. They are said to be uncountable
 * instead of being counted as one cell, or guessed to be two [1].
 *
 * <p>A clump is much larger than a white cell, or larger and with a notch. The white cell to
 * compare with is the median of the field, but never a small one: among lymphocytes a monocyte is
 * no clump. A cell that the border cuts is not judged.
 *
 * <p>[1] Zhou et al., Development and evaluation of a leukemia diagnosis system using deep learning
 * in real clinical scenarios, Frontiers in Pediatrics 9, 2021: such cells are excluded first.
 */
final class Clumps {
  /** Median of white cells in two public sets of blood fields. */
  static final double USUAL_AREA_UM2 = 140;

  private static final double HUGE = 2.5;
  private static final double LARGE = 1.5;
  private static final double NOTCHED_SOLIDITY = 0.85;

  private final double areaUm2;

  private Clumps(double areaUm2) {
    this.areaUm2 = areaUm2;
  }

  /** For the cells of one field. */
  static Clumps among(List<SegmentedCell> cells) {
    double[] areas = cells.stream().mapToDouble(SegmentedCell::areaUm2).sorted().toArray();
    double median = areas.length == 0 ? 0 : areas[(areas.length - 1) / 2];
    return new Clumps(Math.max(median, USUAL_AREA_UM2));
  }

  boolean contains(SegmentedCell cell) {
    boolean notched = cell.solidity() < NOTCHED_SOLIDITY && cell.areaUm2() > LARGE * areaUm2;
    return !cell.touchesEdge() && (notched || cell.areaUm2() > HUGE * areaUm2);
  }
}
