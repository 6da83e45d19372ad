package org.kronocyte.segment;

import org.kronocyte.image.Box;

/** Draws masks at the field's own resolution. */
public final class MaskRenderer {
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
    byte[] classes =
        ClassMap.render(field.prediction(), width, height, coveredWidth, coveredHeight);
    byte[] out = new byte[classes.length];
    for (SegmentedCell cell : field.cells()) {
      paint(field, cell.bbox(), zoomX, zoomY, classes, out);
    }
    return out;
  }

  private static void paint(
      Segmentation field, Box box, double zoomX, double zoomY, byte[] classes, byte[] out) {
    int width = field.inputWidth();
    for (int y = box.y(); y < box.y() + box.height(); y++) {
      int v = Math.min(field.height() - 1, (int) (y / zoomY));
      for (int x = box.x(); x < box.x() + box.width(); x++) {
        int u = Math.min(field.width() - 1, (int) (x / zoomX));
        if (field.labels()[v * field.width() + u] != 0) {
          int at = y * width + x;
          // Where interpolation shifts the edge by a pixel, a labelled pixel stays cytoplasm.
          out[at] = classes[at] == Segmentation.BACKGROUND ? Segmentation.CYTOPLASM : classes[at];
        }
      }
    }
  }
}
