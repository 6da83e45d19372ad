package org.kronocyte.evaluate;

import java.util.List;
import org.kronocyte.image.Box;

/**
 * The single cells of a mask: pixels of a box belong to its cell, where boxes overlap to the cell
 * whose ellipse they are nearer to, and pixels of no box make cells of their own, one a connected
 * piece (eight neighbours).
 *
 * <p>A mask alone can't tell touching cells apart; with the boxes of {@code analyze}'s JSON, or of
 * the people who drew them, it can, for any engine in the same way.
 *
 * @param labels {@code [H,W]} 0 or the cell's number: boxes from 1 in their order, then the pieces
 * @param areas pixels of each number; cells without a pixel stay, with area 0
 */
record Instances(int width, int[] labels, int[] areas) {
  /**
   * Separates cells.
   *
   * @param mask non-zero inside cells
   * @param minPiecePx pieces of no box that are smaller are specks, and left out
   */
  static Instances of(byte[] mask, int width, List<Box> boxes, int minPiecePx) {
    int[] labels = new int[mask.length];
    byte[] rest = mask.clone();
    double[] nearest = new double[mask.length];
    int number = 0;
    for (Box box : boxes) {
      number++;
      for (int y = Math.max(0, box.y());
          y < Math.min(mask.length / width, box.y() + box.height());
          y++) {
        for (int x = Math.max(0, box.x()); x < Math.min(width, box.x() + box.width()); x++) {
          int i = y * width + x;
          double distance = fromCentre(box, x, y);
          if (mask[i] != 0 && (labels[i] == 0 || distance < nearest[i])) {
            labels[i] = number;
            nearest[i] = distance;
            rest[i] = 0;
          }
        }
      }
    }
    int most = new Pieces(rest, width, labels, minPiecePx).number(number);
    int[] areas = new int[most + 1];
    for (int label : labels) {
      areas[label]++;
    }
    areas[0] = 0;
    return new Instances(width, labels, areas);
  }

  /** 1 on the ellipse that fits the box. */
  private static double fromCentre(Box box, int x, int y) {
    double u = (x + 0.5 - box.x()) / box.width() * 2 - 1;
    double v = (y + 0.5 - box.y()) / box.height() * 2 - 1;
    return u * u + v * v;
  }

  private int height() {
    return labels.length / width;
  }

  /** The highest number. */
  int most() {
    return areas.length - 1;
  }

  /** The number of the cell that is nearest to the image's middle, 0 if there is none. */
  int central() {
    double middleX = (width - 1) / 2.0;
    double middleY = (height() - 1) / 2.0;
    double least = Double.MAX_VALUE;
    int best = 0;
    int i = 0;
    for (int y = 0; i < labels.length; y++) {
      for (int x = 0; x < width; x++, i++) {
        double distance = Math.hypot(x - middleX, y - middleY);
        if (labels[i] != 0 && distance < least) {
          least = distance;
          best = labels[i];
        }
      }
    }
    return best;
  }

  /** Flood fill of what the boxes left. */
  private static final class Pieces {
    private final byte[] rest;
    private final int width;
    private final int[] labels;
    private final int minPx;
    private final int[] stack;

    Pieces(byte[] rest, int width, int[] labels, int minPx) {
      this.rest = rest;
      this.width = width;
      this.labels = labels;
      this.minPx = minPx;
      this.stack = new int[rest.length];
    }

    int number(int last) {
      int number = last;
      for (int i = 0; i < rest.length; i++) {
        if (rest[i] != 0) {
          int pixels = fill(i);
          if (pixels >= minPx) {
            number++;
            for (int k = 0; k < pixels; k++) {
              labels[stack[k]] = number;
            }
          }
        }
      }
      return number;
    }

    /** Leaves the piece's pixels at the stack's beginning. */
    private int fill(int start) {
      int filled = 0;
      int seen = 1;
      stack[0] = start;
      rest[start] = 0;
      while (filled < seen) {
        int at = stack[filled++];
        int x = at % width;
        for (int dy = -width; dy <= width; dy += width) {
          for (int dx = Math.max(-1, -x); dx <= Math.min(1, width - 1 - x); dx++) {
            int next = at + dy + dx;
            if (next >= 0 && next < rest.length && rest[next] != 0) {
              rest[next] = 0;
              stack[seen++] = next;
            }
          }
        }
      }
      return filled;
    }
  }
}
