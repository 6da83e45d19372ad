package org.kronocyte.evaluate;

import java.util.OptionalDouble;
import org.kronocyte.image.PixelArena;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.imgproc.Imgproc;

/**
 * Boundary F: the harmonic mean of the share of found boundary pixels near a true one, and of true
 * ones near a found one [1]. A boundary pixel is a pixel of the mask with one of its four
 * neighbours outside; the image's border is no boundary.
 *
 * <p>[1] Csurka et al., What is a good evaluation measure for semantic segmentation?, BMVC 2013.
 *
 * @param truthNear true boundary pixels within the tolerance of a found one
 * @param truth true boundary pixels
 * @param foundNear found boundary pixels within the tolerance of a true one
 * @param found found boundary pixels
 */
public record BoundaryTally(long truthNear, long truth, long foundNear, long found) {
  public static final BoundaryTally NONE = new BoundaryTally(0, 0, 0, 0);

  /** The tolerance is this many um, but at least two pixels, since nobody draws finer. */
  public static final double TOLERANCE_UM = 0.25;

  private static final double MIN_TOLERANCE_PX = 2;

  /** The tolerance at a scale, pixels, as Euclidean distance between pixel centres. */
  public static double tolerancePx(double umPerPx) {
    return Math.max(MIN_TOLERANCE_PX, TOLERANCE_UM / umPerPx);
  }

  /** Compares two masks of equal size; a pixel belongs where its value is at least {@code from}. */
  static BoundaryTally of(byte[] truth, byte[] found, int width, int from, double tolerancePx) {
    byte[] a = boundary(truth, width, from);
    byte[] b = boundary(found, width, from);
    long inA = count(a);
    long inB = count(b);
    if (inA == 0 || inB == 0) {
      return new BoundaryTally(0, inA, 0, inB);
    }
    return new BoundaryTally(
        near(a, b, width, tolerancePx), inA, near(b, a, width, tolerancePx), inB);
  }

  private static byte[] boundary(byte[] mask, int width, int from) {
    byte[] out = new byte[mask.length];
    for (int i = 0; i < mask.length; i++) {
      if (mask[i] < from) {
        continue;
      }
      int x = i % width;
      boolean edge =
          (x > 0 && mask[i - 1] < from)
              || (x + 1 < width && mask[i + 1] < from)
              || (i >= width && mask[i - width] < from)
              || (i + width < mask.length && mask[i + width] < from);
      out[i] = (byte) (edge ? 1 : 0);
    }
    return out;
  }

  private static long count(byte[] boundary) {
    long n = 0;
    for (byte b : boundary) {
      n += b;
    }
    return n;
  }

  /** How many pixels of {@code of} lie within the tolerance of a pixel of {@code to}. */
  private static long near(byte[] of, byte[] to, int width, double tolerancePx) {
    float[] distance = distance(to, width);
    long n = 0;
    for (int i = 0; i < of.length; i++) {
      n += of[i] != 0 && distance[i] <= tolerancePx + 1e-4 ? 1 : 0;
    }
    return n;
  }

  private static float[] distance(byte[] to, int width) {
    byte[] away = new byte[to.length];
    for (int i = 0; i < to.length; i++) {
      away[i] = (byte) (to[i] == 0 ? 1 : 0);
    }
    try (PixelArena arena = new PixelArena()) {
      Mat zeros = arena.mat(to.length / width, width, CvType.CV_8UC1);
      zeros.put(0, 0, away);
      Mat distance = arena.mat();
      Imgproc.distanceTransform(zeros, distance, Imgproc.DIST_L2, Imgproc.DIST_MASK_PRECISE);
      float[] out = new float[to.length];
      distance.get(0, 0, out);
      return out;
    }
  }

  BoundaryTally plus(BoundaryTally o) {
    return new BoundaryTally(
        truthNear + o.truthNear, truth + o.truth, foundNear + o.foundNear, found + o.found);
  }

  /** 0 to 1; empty if neither mask has a boundary. */
  public OptionalDouble value() {
    if (truth + found == 0) {
      return OptionalDouble.empty();
    }
    if (truthNear + foundNear == 0) {
      return OptionalDouble.of(0);
    }
    double recall = truth == 0 ? 0 : (double) truthNear / truth;
    double precision = found == 0 ? 0 : (double) foundNear / found;
    return OptionalDouble.of(
        precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall));
  }
}
