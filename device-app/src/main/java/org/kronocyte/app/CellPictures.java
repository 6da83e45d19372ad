package org.kronocyte.app;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.kronocyte.classify.CellStatus;
import org.kronocyte.classify.ClassifiedCell;
import org.kronocyte.image.Box;
import org.kronocyte.image.CellCrop;
import org.kronocyte.image.Frame;
import org.kronocyte.image.Scale;
import org.kronocyte.publish.CellPicture;
import org.kronocyte.publish.CropChoice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pictures of a field's cells, each the piece the classifier looked at, at its scale. */
final class CellPictures {
  /** Of one field, uncertain cells first; what a message costs bounds what a field does. */
  static final int MOST_A_FIELD = 24;

  private static final Logger LOG = LoggerFactory.getLogger(CellPictures.class);

  private final CropChoice choice;
  private final int sidePx;
  private final double umPerPx;

  /**
   * @param sidePx of the classifier's crop
   * @param umPerPx of the classifier
   */
  CellPictures(CropChoice choice, int sidePx, double umPerPx) {
    this.choice = choice;
    this.sidePx = sidePx;
    this.umPerPx = umPerPx;
  }

  List<CellPicture> of(Frame frame, Scale scale, List<ClassifiedCell> cells) {
    List<CellPicture> pictures = new ArrayList<>();
    if (choice == CropChoice.NONE) {
      return pictures;
    }
    List<ClassifiedCell> wanted =
        cells.stream()
            .filter(choice::wants)
            .sorted(Comparator.comparing(c -> c.verdict().status() != CellStatus.UNCERTAIN))
            .limit(MOST_A_FIELD)
            .toList();
    for (ClassifiedCell cell : wanted) {
      Box box = cell.cell().bbox();
      byte[] jpeg =
          CellCrop.jpeg(
              frame,
              box.x() + box.width() / 2.0,
              box.y() + box.height() / 2.0,
              sidePx * umPerPx / scale.umPerPx(),
              sidePx,
              CellPicture.MAX_BYTES);
      if (jpeg.length > 0) {
        pictures.add(new CellPicture(cell, jpeg, sidePx, umPerPx));
      } else {
        LOG.warn("cell {} of a field is too large as a picture", cell.cell().id());
      }
    }
    return pictures;
  }
}
