package org.kronocyte.segment;

import org.kronocyte.image.Box;

/**
 * How many lobes a nucleus has: summits of the distance to its edge by their dynamics, see {@link
 * NucleusMeasures}.
 *
 * <p>Distances are exact and Euclidean: first up and down each column, then along its row no
 * further than the nearest found so far [1]. A nucleus is a few dozen pixels wide, which makes that
 * quicker than a call of OpenCV's transform; and that one's roots are a little off, so that halves
 * are rounded by chance.
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
   * @param cell that has a nucleus
   * @param umPerPx of the outline
   */
  static int count(CellOutline cell, double umPerPx) {
    Box own = cell.nucleusBox().orElseThrow();
    int width = own.width() + 2;
    int height = own.height() + 2;
    byte[] nucleus = new byte[width * height];
    for (int y = 0; y < own.height(); y++) {
      int from = (own.y() + y) * cell.box().width() + own.x();
      int to = (y + 1) * width + 1;
      for (int x = 0; x < own.width(); x++) {
        nucleus[to + x] = (byte) (cell.parts()[from + x] >> 1);
      }
    }
    byte[] depth = depth(nucleus, width, umPerPx / STEP_UM);
    int dynamics = (int) Math.rint(NucleusMeasures.LOBE_DYNAMICS_UM / STEP_UM);
    // A thinner shred is no lobe.
    return Basins.count(nucleus, depth, width, height, dynamics, dynamics);
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
      steps[square] = (byte) Math.min(255, Math.rint(Math.sqrt(square) * stepsPerPx));
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
    for (int i = 0; i < column.length; i++) {
      column[i] *= column[i];
    }
    int[] out = new int[column.length];
    for (int row = 0; row < out.length; row += width) {
      // Neither end is inside: there it is 0.
      for (int i = row + 1; i < row + width - 1; i++) {
        out[i] = inPlane(column, i);
      }
    }
    return out;
  }

  /** The squared distance in the plane of one pixel, from those up and down in its row. */
  private static int inPlane(int[] column, int i) {
    int least = column[i];
    for (int dx = 1; dx * dx < least; dx++) {
      least = Math.min(least, dx * dx + Math.min(column[i - dx], column[i + dx]));
    }
    return least;
  }
}
