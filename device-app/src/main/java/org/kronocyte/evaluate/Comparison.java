package org.kronocyte.evaluate;

import java.util.List;
import org.kronocyte.image.Box;

/** Compares what was found in an image with what people drew, by the rules of its set. */
public final class Comparison {
  /** A thing smaller than a disc of 5 um is no white cell but a slip of the pen. */
  private static final double MIN_CELL_UM2 = 20;

  private final TruthSet.Kind kind;
  private final int minPiecePx;
  private final double tolerancePx;

  public Comparison(TruthSet set) {
    this.kind = set.kind();
    this.minPiecePx = (int) Math.ceil(MIN_CELL_UM2 / (set.umPerPx() * set.umPerPx()));
    this.tolerancePx = BoundaryTally.tolerancePx(set.umPerPx());
  }

  /**
   * The image's measures.
   *
   * @param found of the truth's size
   */
  public Score of(Truth truth, FoundCells found) {
    return switch (kind) {
      case MASKS -> masks(truth, found);
      case CENTRAL_CELL -> centralCell(truth, found);
      case REGIONS -> regions(truth, found);
      case BOXES, MARKED -> boxes(truth, found);
    };
  }

  private Score masks(Truth truth, FoundCells found) {
    CellTally cells =
        CellTally.of(
            Instances.of(truth.mask(), truth.width(), truth.boxes(), minPiecePx),
            instances(found),
            found.accepted());
    CellTally boxes = CellTally.ofBoxes(truth.boxes(), found.boxes(), found.accepted());
    return pixels(truth, found.mask(), cells, boxes);
  }

  /** Of the found cells only the one nearest to the middle is looked at. */
  private Score centralCell(Truth truth, FoundCells found) {
    Instances all = instances(found);
    int central = all.central();
    byte[] mask = found.mask().clone();
    for (int i = 0; i < mask.length; i++) {
      if (central == 0 || all.labels()[i] != central) {
        mask[i] = 0;
      }
    }
    CellTally cells =
        CellTally.of(
            Instances.of(truth.mask(), truth.width(), List.of(), minPiecePx),
            Instances.of(mask, truth.width(), central == 0 ? List.of() : List.of(whole(truth)), 1),
            new boolean[0]);
    return pixels(truth, mask, cells, CellTally.NONE);
  }

  private static Box whole(Truth truth) {
    return new Box(0, 0, truth.width(), truth.height());
  }

  private Score regions(Truth truth, FoundCells found) {
    CellTally cells =
        CellTally.ofRegions(
            Instances.of(truth.mask(), truth.width(), List.of(), minPiecePx), instances(found));
    return new Score(
        DiceTally.NONE,
        DiceTally.NONE,
        BoundaryTally.NONE,
        BoundaryTally.NONE,
        cells,
        CellTally.NONE);
  }

  private static Score boxes(Truth truth, FoundCells found) {
    CellTally cells = CellTally.ofBoxes(truth.boxes(), found.boxes(), found.accepted());
    return new Score(
        DiceTally.NONE, DiceTally.NONE, BoundaryTally.NONE, BoundaryTally.NONE, cells, cells);
  }

  private Score pixels(Truth truth, byte[] mask, CellTally cells, CellTally boxes) {
    return new Score(
        DiceTally.of(truth.mask(), mask, 1),
        DiceTally.of(truth.mask(), mask, 2),
        BoundaryTally.of(truth.mask(), mask, truth.width(), 1, tolerancePx),
        BoundaryTally.of(truth.mask(), mask, truth.width(), 2, tolerancePx),
        cells,
        boxes);
  }

  private Instances instances(FoundCells found) {
    return Instances.of(found.mask(), found.width(), found.boxes(), minPiecePx);
  }
}
