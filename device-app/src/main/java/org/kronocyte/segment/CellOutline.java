package org.kronocyte.segment;

import java.util.Optional;
import org.kronocyte.image.Box;

/**
 * The pixels of one cell at the model's scale, in the smallest box that holds them.
 *
 * @param id of the cell
 * @param box in the field at the model's scale
 * @param parts {@code [box.height, box.width]}: 0 outside the cell, 1 cytoplasm, 2 nucleus
 * @param area pixels of the cell
 * @param nucleus pixels of its nucleus
 * @param nucleusBox that holds those, in the outline's own box
 * @param sumX of the columns of its pixels in the field
 * @param sumY of the rows of its pixels in the field
 */
record CellOutline(
    int id,
    Box box,
    byte[] parts,
    int area,
    int nucleus,
    Optional<Box> nucleusBox,
    long sumX,
    long sumY) {
  /**
   * Measures a window of pixels and cuts it to the cell.
   *
   * @param window where {@code parts} lies; holds at least one pixel of the cell
   */
  static CellOutline of(int id, Box window, byte[] parts) {
    Box own = around(parts, window.width(), window.height(), Segmentation.CYTOPLASM).orElseThrow();
    byte[] cut = new byte[own.width() * own.height()];
    int area = 0;
    int nucleus = 0;
    long sumX = 0;
    long sumY = 0;
    for (int y = 0; y < own.height(); y++) {
      int from = (own.y() + y) * window.width() + own.x();
      int to = y * own.width();
      int inRow = 0;
      for (int x = 0; x < own.width(); x++) {
        int part = parts[from + x];
        cut[to + x] = (byte) part;
        // 0, 1 or 2, so that no branch is needed.
        int inside = (part + 1) >> 1;
        inRow += inside;
        nucleus += part >> 1;
        sumX += (long) inside * x;
      }
      area += inRow;
      sumY += (long) inRow * y;
    }
    Box box = new Box(window.x() + own.x(), window.y() + own.y(), own.width(), own.height());
    return new CellOutline(
        id,
        box,
        cut,
        area,
        nucleus,
        around(cut, own.width(), own.height(), Segmentation.NUCLEUS),
        sumX + (long) area * box.x(),
        sumY + (long) area * box.y());
  }

  /**
   * The smallest box that holds all pixels of at least some kind; empty if there are none.
   *
   * @param parts {@code [height,width]}
   */
  private static Optional<Box> around(byte[] parts, int width, int height, byte least) {
    int left = width;
    int right = 0;
    int top = height;
    int bottom = 0;
    for (int y = 0; y < height; y++) {
      int row = y * width;
      int first = 0;
      while (first < width && parts[row + first] < least) {
        first++;
      }
      if (first < width) {
        int end = width;
        while (parts[row + end - 1] < least) {
          end--;
        }
        left = Math.min(left, first);
        right = Math.max(right, end);
        top = Math.min(top, y);
        bottom = y + 1;
      }
    }
    return bottom == 0
        ? Optional.empty()
        : Optional.of(new Box(left, top, right - left, bottom - top));
  }
}
