package org.kronocyte.publish;

import org.kronocyte.classify.CellStatus;
import org.kronocyte.classify.ClassifiedCell;

/** Of which cells pictures are sent; never of those the field's border cuts. */
public enum CropChoice {
  NONE,
  /** Those the classifier wouldn't decide on. */
  UNCERTAIN,
  ALL;

  /** Whether this cell's picture is sent. */
  public boolean wants(ClassifiedCell cell) {
    boolean uncertain = cell.verdict().status() == CellStatus.UNCERTAIN;
    return !cell.cell().touchesEdge() && (this == ALL || (this == UNCERTAIN && uncertain));
  }
}
