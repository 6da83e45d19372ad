package org.kronocyte.image;

import java.util.Optional;
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Point;
import org.opencv.core.Scalar;
import org.opencv.core.Size;
import org.opencv.imgproc.Imgproc;

/**
 * The black surround of a round field of view: what an eyepiece's field stop hides from a camera
 * that looks through it. Left alone it would pass for something densely stained: its edge for
 * sharpness, its area for red cells darker than any nucleus.
 *
 * <p>It is what lets next to no light through in any colour, is joined to the picture's border and
 * takes up more than a cell could. Stains always let some colour through.
 *
 * @param hidden {@code [H,W]}: 1 for the surround and its rim, where a cell is cut; else 0
 * @param width pixels of a row
 */
record FieldStop(byte[] hidden, int width) {
  /** Density of 255 that is opaque: less than 7 % of the light passes. */
  private static final int OPAQUE = 200;

  /** Least share of the border's pixels, and of all. */
  private static final double MIN_SHARE = 0.02;

  /** Width of the stop's blurred edge, of the picture's smaller side. */
  private static final double BLUR = 0.01;

  /** How near a cell's outline comes to the edge that cuts it, pixels. */
  private static final int REACH = 2;

  private static final Scalar CLEAR = new Scalar(0, 0, 0);
  private static final int OUTSIDE = 1;

  /**
   * Turns the surround of a picture to clear glass.
   *
   * @param density CV_8UC3, changed only where a stop is found
   * @return what was hidden; empty without a stop
   */
  static Optional<FieldStop> clear(Mat density) {
    if (!darkBorder(density)) {
      return Optional.empty();
    }
    try (PixelArena arena = new PixelArena()) {
      Mat outside = outside(density, arena);
      if (Core.countNonZero(outside) < MIN_SHARE * density.total()) {
        return Optional.empty();
      }
      int blur = (int) Math.ceil(BLUR * Math.min(density.cols(), density.rows()));
      grow(outside, blur, arena);
      arena.adopt(density.setTo(CLEAR, outside));
      grow(outside, REACH, arena);
      byte[] hidden = new byte[(int) outside.total()];
      outside.get(0, 0, hidden);
      return Optional.of(new FieldStop(hidden, density.cols()));
    }
  }

  /** Whether a pixel shows the surround or lies at its rim. */
  boolean hides(int x, int y) {
    return hidden[y * width + x] != 0;
  }

  /** First pixel of a row that isn't hidden; the width if all are. */
  int from(int y) {
    int x = 0;
    while (x < width && hides(x, y)) {
      x++;
    }
    return x;
  }

  /** One past the last pixel of a row that isn't hidden; 0 if all are. */
  int to(int y) {
    int x = width;
    while (x > 0 && hides(x - 1, y)) {
      x--;
    }
    return x;
  }

  /** A cheap look: most pictures have no stop. */
  private static boolean darkBorder(Mat density) {
    int columns = density.cols();
    int rows = density.rows();
    Box[] sides = {
      new Box(0, 0, columns, 1),
      new Box(0, rows - 1, columns, 1),
      new Box(0, 0, 1, rows),
      new Box(columns - 1, 0, 1, rows)
    };
    int opaque = 0;
    try (PixelArena arena = new PixelArena()) {
      for (Box side : sides) {
        byte[] rgb = new byte[3 * side.width() * side.height()];
        arena.view(density, side).get(0, 0, rgb);
        for (int i = 0; i < rgb.length; i += 3) {
          int least = Math.min(rgb[i] & 0xff, Math.min(rgb[i + 1] & 0xff, rgb[i + 2] & 0xff));
          opaque += least >= OPAQUE ? 1 : 0;
        }
      }
    }
    return opaque >= MIN_SHARE * 2 * (columns + rows);
  }

  /** 1 where the picture is opaque and joined to its border. */
  private static Mat outside(Mat density, PixelArena arena) {
    Mat opaque = arena.mat();
    Core.inRange(density, new Scalar(OPAQUE, OPAQUE, OPAQUE), new Scalar(255, 255, 255), opaque);
    // An opaque frame joins all that touches the border, so that one fill will do.
    Mat framed = arena.mat();
    Core.copyMakeBorder(
        opaque, framed, 1, 1, 1, 1, Core.BORDER_CONSTANT | Core.BORDER_ISOLATED, new Scalar(255));
    Imgproc.floodFill(framed, arena.mat(), new Point(0, 0), new Scalar(OUTSIDE));
    Mat outside = arena.mat(density.rows(), density.cols(), CvType.CV_8UC1);
    Mat inner = arena.view(framed, new Box(1, 1, density.cols(), density.rows()));
    // What is opaque elsewhere is still 255 and drops out.
    Imgproc.threshold(inner, outside, OUTSIDE, 0, Imgproc.THRESH_TOZERO_INV);
    return outside;
  }

  private static void grow(Mat mask, int pixels, PixelArena arena) {
    Size size = new Size(2 * pixels + 1, 2 * pixels + 1);
    Mat disc = arena.adopt(Imgproc.getStructuringElement(Imgproc.MORPH_ELLIPSE, size));
    Imgproc.dilate(mask, mask, disc);
  }
}
