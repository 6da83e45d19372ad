package org.kronocyte.segment;

import java.util.ArrayList;
import java.util.List;
import org.kronocyte.image.Box;
import org.kronocyte.image.PixelArena;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfInt;
import org.opencv.core.MatOfPoint;
import org.opencv.imgproc.Imgproc;

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
   * @param inside row-major, non-zero inside, of the box's size
   */
  static Morphology of(byte[] inside, Box box) {
    List<MatOfPoint> contours = new ArrayList<>();
    try (PixelArena arena = new PixelArena()) {
      Mat mask = arena.mat(box.height(), box.width(), CvType.CV_8UC1);
      mask.put(0, 0, inside);
      Imgproc.findContours(
          mask, contours, arena.mat(), Imgproc.RETR_EXTERNAL, Imgproc.CHAIN_APPROX_NONE);
      contours.forEach(arena::adopt);
      MatOfPoint outer = contours.get(0);
      for (MatOfPoint contour : contours) {
        if (contour.total() > outer.total()) {
          outer = contour;
        }
      }
      int[] chain = new int[2 * (int) outer.total()];
      outer.get(0, 0, chain);
      return new Morphology(perimeter(chain), hullArea(outer, chain));
    }
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

  private static double hullArea(MatOfPoint outline, int[] chain) {
    MatOfInt indices = new MatOfInt();
    try {
      Imgproc.convexHull(outline, indices);
      int[] corners = new int[(int) indices.total()];
      indices.get(0, 0, corners);
      double twice = 0;
      double length = 0;
      for (int i = 0; i < corners.length; i++) {
        int from = 2 * corners[i];
        int to = 2 * corners[(i + 1) % corners.length];
        twice += (double) chain[from] * chain[to + 1] - (double) chain[to] * chain[from + 1];
        length += Math.hypot(chain[to] - chain[from], chain[to + 1] - chain[from + 1]);
      }
      return Math.abs(twice) / 2 + length / 2 + Math.PI / 4;
    } finally {
      indices.release();
    }
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
