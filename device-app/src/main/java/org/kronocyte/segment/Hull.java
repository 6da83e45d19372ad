package org.kronocyte.segment;

import java.util.Arrays;

/**
 * The convex hull of a contour. Its corners are among the ends of the rows: from the top those on
 * the left, then from the bottom those on the right, as far as all of them turn to one side [1].
 *
 * <p>[1] Andrew, Another efficient algorithm for convex hulls in two dimensions, Information
 * Processing Letters 9, 1979.
 */
final class Hull {
  private final int[] x;
  private final int[] y;
  private int corners;

  /** So many corners are never given up. */
  private int settled = 1;

  private Hull(int rows) {
    this.x = new int[2 * rows + 1];
    this.y = new int[2 * rows + 1];
  }

  /**
   * Of a closed chain of points.
   *
   * @param chain x and y of each in turn; y from 0 to below {@code rows}
   */
  static Hull of(int[] chain, int rows) {
    int[] left = new int[rows];
    int[] right = new int[rows];
    Arrays.fill(left, Integer.MAX_VALUE);
    Arrays.fill(right, -1);
    for (int i = 0; i < chain.length; i += 2) {
      int row = chain[i + 1];
      left[row] = Math.min(left[row], chain[i]);
      right[row] = Math.max(right[row], chain[i]);
    }
    Hull hull = new Hull(rows);
    for (int row = 0; row < rows; row++) {
      if (right[row] >= 0) {
        hull.add(left[row], row);
      }
    }
    hull.settled = hull.corners;
    for (int row = rows - 1; row >= 0; row--) {
      if (right[row] >= 0) {
        hull.add(right[row], row);
      }
    }
    return hull;
  }

  /** The next corner; those before it at which the hull would bend inwards are given up. */
  private void add(int newX, int newY) {
    while (corners > settled && turn(newX, newY) >= 0) {
      corners--;
    }
    x[corners] = newX;
    y[corners] = newY;
    corners++;
  }

  /** Twice the signed area of the last two corners and a point; the picture's y points down. */
  private long turn(int newX, int newY) {
    int ax = x[corners - 1] - x[corners - 2];
    int ay = y[corners - 1] - y[corners - 2];
    return (long) ax * (newY - y[corners - 1]) - (long) ay * (newX - x[corners - 1]);
  }

  double area() {
    double twice = 0;
    for (int i = 0; i < corners; i++) {
      int next = i + 1 < corners ? i + 1 : 0;
      twice += (double) x[i] * y[next] - (double) x[next] * y[i];
    }
    return Math.abs(twice) / 2;
  }

  double perimeter() {
    double length = 0;
    for (int i = 0; i < corners; i++) {
      int next = i + 1 < corners ? i + 1 : 0;
      double acrossPx = x[next] - x[i];
      double downPx = y[next] - y[i];
      length += Math.sqrt(acrossPx * acrossPx + downPx * downPx);
    }
    return length;
  }
}
