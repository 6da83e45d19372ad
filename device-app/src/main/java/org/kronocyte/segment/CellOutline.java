package org.kronocyte.segment;

import org.kronocyte.image.Box;

/**
 * The pixels of one cell at the model's scale, in the smallest box that holds them.
 *
 * @param id of the cell
 * @param box in the field at the model's scale
 * @param parts {@code [box.height, box.width]}: 0 outside the cell, 1 cytoplasm, 2 nucleus
 * @param area pixels of the cell
 * @param nucleus pixels of its nucleus
 * @param sumX of the columns of its pixels in the field
 * @param sumY of the rows of its pixels in the field
 */
record CellOutline(int id, Box box, byte[] parts, int area, int nucleus, long sumX, long sumY) {
  /**
   * Measures a window of pixels and cuts it to the cell.
   *
   * @param window where {@code parts} lies; holds at least one pixel of the cell
   */
  static CellOutline of(int id, Box window, byte[] parts) {
    CellRegions.Region region = new CellRegions.Region();
    int i = 0;
    for (int y = 0; y < window.height(); y++) {
      for (int x = 0; x < window.width(); x++, i++) {
        if (parts[i] != Segmentation.BACKGROUND) {
          region.add(window.x() + x, window.y() + y, parts[i] == Segmentation.NUCLEUS);
        }
      }
    }
    Box box = region.box();
    byte[] cut = new byte[box.width() * box.height()];
    for (int y = 0; y < box.height(); y++) {
      int from = (box.y() - window.y() + y) * window.width() + box.x() - window.x();
      System.arraycopy(parts, from, cut, y * box.width(), box.width());
    }
    return new CellOutline(id, box, cut, region.area, region.nucleus, region.sumX, region.sumY);
  }
}
