package org.kronocyte.segment;

import org.kronocyte.image.Box;

/** Draws masks at the field's own resolution. */
public final class MaskRenderer {
  /** Marks pixels of cells while a mask is made, of which there is room for only one. */
  private static final byte LABELLED = 4;

  private MaskRenderer() {}

  /**
   * The mask of all cells, {@code [inputHeight, inputWidth]}: 0 background, 1 cytoplasm, 2 nucleus.
   * Pixels that the network saw as cell but that belong to none of the cells are background.
   */
  public static byte[] mask(Segmentation field) {
    int width = field.inputWidth();
    int height = field.inputHeight();
    // The prediction may reach one model pixel beyond the field; keep its true size when stretching
    // it.
    double zoomX = (double) width / field.width();
    double zoomY = (double) height / field.height();
    int coveredWidth = (int) Math.rint(field.prediction().width() * Prediction.STRIDE * zoomX);
    int coveredHeight = (int) Math.rint(field.prediction().height() * Prediction.STRIDE * zoomY);
    byte[] mask = ClassMap.render(field.prediction(), width, height, coveredWidth, coveredHeight);
    for (SegmentedCell cell : field.cells()) {
      mark(field, cell.bbox(), zoomX, zoomY, mask);
    }
    for (int i = 0; i < mask.length; i++) {
      mask[i] = (mask[i] & LABELLED) == 0 ? Segmentation.BACKGROUND : (byte) (mask[i] - LABELLED);
    }
    return mask;
  }

  private static void mark(Segmentation field, Box box, double zoomX, double zoomY, byte[] mask) {
    int width = field.inputWidth();
    for (int y = box.y(); y < box.y() + box.height(); y++) {
      int v = Math.min(field.height() - 1, (int) (y / zoomY));
      for (int x = box.x(); x < box.x() + box.width(); x++) {
        int u = Math.min(field.width() - 1, (int) (x / zoomX));
        if (field.labels()[v * field.width() + u] != 0) {
          int at = y * width + x;
          // Where interpolation shifts the edge by a pixel, a labelled pixel stays cytoplasm.
          byte part = mask[at] == Segmentation.BACKGROUND ? Segmentation.CYTOPLASM : mask[at];
          mask[at] = (byte) (part | LABELLED);
        }
      }
    }
  }
}
