package org.kronocyte.segment;

import java.util.ArrayList;
import java.util.List;
import org.kronocyte.image.Box;
import org.kronocyte.image.PixelArena;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfInt;
import org.opencv.core.MatOfPoint;
import org.opencv.core.Point;
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
      return new Morphology(perimeter(outer.toArray()), hullArea(outer));
    }
  }

  /**
   * Length of a chain of 8-connected steps: 0.980 per straight step, 1.406 per diagonal one, -0.091
   * per turn, which is right for straight edges at any angle to 1 % [1], grown by half a pixel.
   *
   * <p>[1] Vossepoel and Smeulders, Vector code probability and metrication error in the
   * representation of straight lines of finite length, Computer Graphics and Image Processing 20,
   * 1982.
   */
  static double perimeter(Point[] chain) {
    if (chain.length < 3) {
      return 2 * chain.length + 2;
    }
    int straight = 0;
    int diagonal = 0;
    int turns = 0;
    Point before = step(chain, chain.length - 1);
    for (int i = 0; i < chain.length; i++) {
      Point now = step(chain, i);
      if (now.x == 0 || now.y == 0) {
        straight++;
      } else {
        diagonal++;
      }
      if (now.x != before.x || now.y != before.y) {
        turns++;
      }
      before = now;
    }
    return 0.980 * straight + 1.406 * diagonal - 0.091 * turns + Math.PI;
  }

  private static Point step(Point[] chain, int i) {
    Point from = chain[i];
    Point to = chain[(i + 1) % chain.length];
    return new Point(to.x - from.x, to.y - from.y);
  }

  private static double hullArea(MatOfPoint outline) {
    MatOfInt indices = new MatOfInt();
    MatOfPoint hull = new MatOfPoint();
    try {
      Imgproc.convexHull(outline, indices);
      Point[] points = outline.toArray();
      int[] chosen = indices.toArray();
      Point[] corners = new Point[chosen.length];
      double length = 0;
      for (int i = 0; i < chosen.length; i++) {
        corners[i] = points[chosen[i]];
        Point next = points[chosen[(i + 1) % chosen.length]];
        length += Math.hypot(next.x - corners[i].x, next.y - corners[i].y);
      }
      hull.fromArray(corners);
      return Imgproc.contourArea(hull) + length / 2 + Math.PI / 4;
    } finally {
      indices.release();
      hull.release();
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
