package org.kronocyte.segment;

import org.kronocyte.image.Box;

/**
 * Shape of one outline, in pixels.
 *
 * <p>An outline is traced through pixel centres, half a pixel inside the true edge; lengths and
 * hull areas are corrected for that by Steiner's formula for a shape grown by half a pixel (P + pi;
 * A + P/2 + pi/4).
 *
 * @param perimeterPx length of the outer edge [1]
 * @param hullAreaPx area of the convex hull
 */
record Morphology(double perimeterPx, double hullAreaPx) {
  /**
   * Traces the largest piece of a shape.
   *
   * @param inside row-major, 1 or 2 inside, else 0, of the box's size
   */
  static Morphology of(byte[] inside, Box box) {
    int[] chain = Contour.longest(inside, box.width(), box.height());
    Hull hull = Hull.of(chain, box.height());
    double hullArea = hull.area() + hull.perimeter() / 2 + Math.PI / 4;
    return new Morphology(perimeter(chain), hullArea);
  }

  /**
   * Length of a chain of 8-connected steps: 0.980 per straight step, 1.406 per diagonal one, -0.091
   * per turn, which is right for straight edges at any angle to 1 % [1], grown by half a pixel.
   *
   * <p>[1] Vossepoel and Smeulders, Vector code probability and metrication error in the
   * representation of straight lines of finite length, Computer Graphics and Image Processing 20,
   * 1982.
   *
   * @param chain x and y of each point in turn, closed
   */
  static double perimeter(int[] chain) {
    int points = chain.length / 2;
    if (points < 3) {
      return 2 * points + 2;
    }
    int diagonal = 0;
    int turns = 0;
    int beforeX = chain[0] - chain[chain.length - 2];
    int beforeY = chain[1] - chain[chain.length - 1];
    for (int i = 0; i < chain.length; i += 2) {
      int next = i + 2 < chain.length ? i + 2 : 0;
      int stepX = chain[next] - chain[i];
      int stepY = chain[next + 1] - chain[i + 1];
      diagonal += stepX != 0 && stepY != 0 ? 1 : 0;
      turns += stepX != beforeX || stepY != beforeY ? 1 : 0;
      beforeX = stepX;
      beforeY = stepY;
    }
    int straight = points - diagonal;
    return 0.980 * straight + 1.406 * diagonal - 0.091 * turns + Math.PI;
  }

  /** 4 pi area / perimeter^2, 1 for a disc, at most 1. */
  double circularity(double areaPx) {
    return Math.min(1, 4 * Math.PI * areaPx / (perimeterPx * perimeterPx));
  }

  /** Area over hull area, 1 for a convex shape, at most 1. */
  double solidity(double areaPx) {
    return Math.min(1, areaPx / hullAreaPx);
  }
}
