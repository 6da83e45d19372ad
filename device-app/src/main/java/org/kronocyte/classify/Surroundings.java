package org.kronocyte.classify;

import java.util.Arrays;
import java.util.Optional;
import org.kronocyte.image.Scale;
import org.kronocyte.segment.Segmentation;
import org.kronocyte.segment.SegmentedCell;

/**
 * What of a crop is the cell or close to it. Everything around becomes clear glass, so that a
 * classifier can't lean on neighbours, red cells or the camera's background. It was trained on
 * crops faded the same way. One thread.
 */
final class Surroundings {
  private final int sidePx;
  private final double modelUmPerPx;

  /** By how many rows up or down: how many columns left and right are within the margin. */
  private final int[] reach;

  private final byte[] visible;

  /** Where the crop's columns lie in the segmentation, scratch. */
  private final int[] columns;

  /**
   * @param marginUm of surroundings that stay visible
   * @param sidePx of a crop
   * @param modelUmPerPx of a crop
   */
  Surroundings(double marginUm, int sidePx, double modelUmPerPx) {
    this.sidePx = sidePx;
    this.modelUmPerPx = modelUmPerPx;
    // Half a pixel: training rounds the distance.
    this.reach = reach(marginUm / modelUmPerPx + 0.5);
    this.visible = new byte[sidePx * sidePx];
    this.columns = new int[sidePx];
  }

  /**
   * The disc of a radius in the distance that training measured with: steps of 1, 1.4 and 2.1969
   * [Borgefors, Distance transformations in digital images, 1986].
   */
  private static int[] reach(double radius) {
    int[] out = new int[(int) radius + 1];
    for (int dy = 0; dy < out.length; dy++) {
      int dx = 0;
      while (distance(dx + 1, dy) <= radius) {
        dx++;
      }
      out[dy] = dx;
    }
    return out;
  }

  private static double distance(int dx, int dy) {
    int most = Math.max(dx, dy);
    int least = Math.min(dx, dy);
    return most > 2 * least
        ? least * 2.1969 + (most - 2 * least)
        : (most - least) * 2.1969 + (2 * least - most) * 1.4;
  }

  /**
   * Marks the pixels of a crop that show the cell or what is within the margin.
   *
   * @param cell the crop is about
   * @param centreX of the crop, input pixels
   * @return {@code [side,side]}, 0 where there is something else, valid until the next call; empty
   *     if nothing of the cell lies in the crop
   */
  Optional<byte[]> visible(
      Segmentation field, SegmentedCell cell, double centreX, double centreY, Scale scale) {
    double step = modelUmPerPx / scale.umPerPx();
    double perInputX = (double) field.width() / field.inputWidth();
    double perInputY = (double) field.height() / field.inputHeight();
    for (int u = 0; u < sidePx; u++) {
      int x = (int) Math.floor((centreX + (u + 0.5 - sidePx / 2.0) * step) * perInputX);
      columns[u] = x;
    }
    Arrays.fill(visible, (byte) 0);
    // Only the box can hold pixels of the cell.
    int left = within((cell.bbox().x() - centreX) / step - 1);
    int right = within((cell.bbox().x() + cell.bbox().width() - centreX) / step + 1);
    while (left < right && columns[left] < 0) {
      left++;
    }
    while (left < right && columns[right - 1] >= field.width()) {
      right--;
    }
    int top = within((cell.bbox().y() - centreY) / step - 1);
    int bottom = within((cell.bbox().y() + cell.bbox().height() - centreY) / step + 1);
    boolean found = false;
    for (int v = top; v < bottom; v++) {
      int y = (int) Math.floor((centreY + (v + 0.5 - sidePx / 2.0) * step) * perInputY);
      if (y >= 0 && y < field.height()) {
        found |= row(field.labels(), y * field.width(), cell.id(), v, left, right);
      }
    }
    return found ? Optional.of(visible) : Optional.empty();
  }

  /** Crop pixels from its middle to a column or row of the crop. */
  private int within(double fromMiddle) {
    return (int) Math.max(0, Math.min(sidePx, Math.rint(fromMiddle + sidePx / 2.0)));
  }

  /** Shows what is close to the cell's runs of pixels in one row; false if there are none. */
  private boolean row(int[] labels, int row, int id, int v, int left, int right) {
    boolean found = false;
    int from = -1;
    for (int u = left; u <= right; u++) {
      boolean cell = u < right && labels[row + columns[u]] == id;
      if (cell && from < 0) {
        from = u;
      } else if (!cell && from >= 0) {
        show(v, from, u);
        from = -1;
        found = true;
      }
    }
    return found;
  }

  private void show(int v, int from, int to) {
    for (int y = Math.max(0, v - reach.length + 1); y < Math.min(sidePx, v + reach.length); y++) {
      int more = reach[Math.abs(y - v)];
      int start = y * sidePx;
      Arrays.fill(
          visible, start + Math.max(0, from - more), start + Math.min(sidePx, to + more), (byte) 1);
    }
  }
}
