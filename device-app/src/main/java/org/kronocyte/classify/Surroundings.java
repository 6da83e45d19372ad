package org.kronocyte.classify;

import java.nio.ByteBuffer;
import org.kronocyte.image.PixelArena;
import org.kronocyte.image.Scale;
import org.kronocyte.segment.Segmentation;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.imgproc.Imgproc;

/**
 * Turns everything around a cell into clear glass, so that a classifier can't lean on neighbours,
 * red cells or the camera's background. It was trained on crops faded the same way.
 */
final class Surroundings {
  private static final int MASK_5X5 = 5;

  private final double marginPx;
  private final int sidePx;
  private final double modelUmPerPx;
  private final byte[] outside;
  private final float[] distance;

  /**
   * @param marginUm of surroundings that stay visible
   * @param sidePx of a crop
   * @param modelUmPerPx of a crop
   */
  Surroundings(double marginUm, int sidePx, double modelUmPerPx) {
    this.marginPx = marginUm / modelUmPerPx;
    this.sidePx = sidePx;
    this.modelUmPerPx = modelUmPerPx;
    this.outside = new byte[sidePx * sidePx];
    this.distance = new float[sidePx * sidePx];
  }

  /**
   * Fades one crop.
   *
   * @param id of the cell the crop is about
   * @param centreX of the crop, input pixels
   * @param crops native memory; the crop is its {@code index}-th
   */
  void fade(
      Segmentation field,
      int id,
      double centreX,
      double centreY,
      Scale scale,
      ByteBuffer crops,
      int index) {
    if (!mark(field, id, centreX, centreY, modelUmPerPx / scale.umPerPx())) {
      return;
    }
    try (PixelArena scratch = new PixelArena()) {
      Mat mask = scratch.mat();
      mask.create(sidePx, sidePx, CvType.CV_8UC1);
      mask.put(0, 0, outside);
      Mat away = scratch.mat();
      Imgproc.distanceTransform(mask, away, Imgproc.DIST_L2, MASK_5X5);
      away.get(0, 0, distance);
    }
    int at = index * distance.length * 3;
    for (int i = 0; i < distance.length; i++, at += 3) {
      // Half a pixel: training rounds the distance.
      if (distance[i] > marginPx + 0.5) {
        crops.put(at, (byte) 0).put(at + 1, (byte) 0).put(at + 2, (byte) 0);
      }
    }
  }

  /** Marks what isn't the cell; false if nothing of it lies in the crop. */
  private boolean mark(Segmentation field, int id, double centreX, double centreY, double step) {
    double perInputX = (double) field.width() / field.inputWidth();
    double perInputY = (double) field.height() / field.inputHeight();
    boolean found = false;
    for (int v = 0; v < sidePx; v++) {
      int y = (int) Math.floor((centreY + (v + 0.5 - sidePx / 2.0) * step) * perInputY);
      for (int u = 0; u < sidePx; u++) {
        int x = (int) Math.floor((centreX + (u + 0.5 - sidePx / 2.0) * step) * perInputX);
        boolean inside = x >= 0 && y >= 0 && x < field.width() && y < field.height();
        boolean cell = inside && field.labels()[y * field.width() + x] == id;
        outside[v * sidePx + u] = (byte) (cell ? 0 : 1);
        found |= cell;
      }
    }
    return found;
  }
}
