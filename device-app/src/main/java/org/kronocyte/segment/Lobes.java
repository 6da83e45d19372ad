package org.kronocyte.segment;

import org.kronocyte.image.Box;

/**
 * How many lobes a nucleus has: summits of the distance to its edge by their dynamics, see {@link
 * NucleusMeasures}.
 *
 * <p>Distances are exact and Euclidean: first up and down each column, then along the rows no
 * further than the best so far [1]. A nucleus is a few dozen pixels wide, which makes that quicker
 * than a call of OpenCV's transform, whose values these are.
 *
 * <p>[1] Saito and Toriwaki, New algorithms for Euclidean distance transformation of an
 * n-dimensional digitized picture, Pattern Recognition 27, 1994.
 */
final class Lobes {
  private static final double STEP_UM = 0.04;

  private Lobes() {}

  /**
   * Counts them.
   *
   * @param parts of a cell that has a nucleus, {@code [box.height, box.width]}
   * @param umPerPx of the parts
   */
  static int count(byte[] parts, Box box, double umPerPx) {
    Box own = nucleusBox(parts, box);
    int width = own.width() + 2;
    int height = own.height() + 2;
    byte[] nucleus = new byte[width * height];
    for (int y = 0; y < own.height(); y++) {
      int from = (own.y() + y) * box.width() + own.x();
      int to = (y + 1) * width + 1;
      for (int x = 0; x < own.width(); x++) {
        nucleus[to + x] = (byte) (parts[from + x] == Segmentation.NUCLEUS ? 1 : 0);
      }
    }
    byte[] depth = depth(nucleus, width, umPerPx / STEP_UM);
    int dynamics = (int) Math.rint(NucleusMeasures.LOBE_DYNAMICS_UM / STEP_UM);
    // A thinner shred is no lobe.
    return Basins.count(nucleus, depth, width, height, dynamics, dynamics);
  }

  /** Where the nucleus lies in the cell's box. */
  private static Box nucleusBox(byte[] parts, Box box) {
    int left = box.width();
    int top = box.height();
    int right = 0;
    int bottom = 0;
    int i = 0;
    for (int y = 0; y < box.height(); y++) {
      for (int x = 0; x < box.width(); x++, i++) {
        if (parts[i] == Segmentation.NUCLEUS) {
          left = Math.min(left, x);
          right = Math.max(right, x + 1);
          top = Math.min(top, y);
          bottom = y + 1;
        }
      }
    }
    return new Box(left, top, right - left, bottom - top);
  }

  /**
   * Distance of each pixel's centre to the nearest centre outside, in steps, rounded half to even,
   * at most 255.
   *
   * @param inside {@code [H,W]}: 1 inside, 0 outside; all of the border is outside
   * @param stepsPerPx of the result
   */
  static byte[] depth(byte[] inside, int width, double stepsPerPx) {
    int[] squares = squares(inside, width);
    int most = 0;
    for (int square : squares) {
      most = Math.max(most, square);
    }
    byte[] steps = new byte[most + 1];
    for (int square = 1; square <= most; square++) {
      float exact = (float) Math.sqrt(square) * (float) stepsPerPx;
      steps[square] = (byte) Math.min(255, Math.rint(exact));
    }
    byte[] out = new byte[squares.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = steps[squares[i]];
    }
    return out;
  }

  /** Squared distances. */
  private static int[] squares(byte[] inside, int width) {
    int[] column = new int[inside.length];
    for (int i = width; i < inside.length; i++) {
      column[i] = inside[i] == 0 ? 0 : column[i - width] + 1;
    }
    for (int i = inside.length - width - 1; i >= 0; i--) {
      column[i] = Math.min(column[i], column[i + width] + 1);
    }
    int[] out = new int[inside.length];
    for (int i = 0; i < out.length; i++) {
      int best = column[i] * column[i];
      // The border is 0, so that this never leaves the row.
      for (int dx = 1; dx * dx < best; dx++) {
        int nearer = Math.min(column[i - dx], column[i + dx]);
        best = Math.min(best, dx * dx + nearer * nearer);
      }
      out[i] = best;
    }
    return out;
  }
}
