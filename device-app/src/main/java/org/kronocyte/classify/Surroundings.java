package org.kronocyte.classify;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.kronocyte.image.PixelArena;
import org.kronocyte.image.Scale;
import org.kronocyte.segment.Segmentation;
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Scalar;
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

  /** Where the crop's columns lie in the segmentation, scratch. */
  private final int[] columns;

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
    this.columns = new int[sidePx];
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
    int bytes = sidePx * sidePx * 3;
    try (PixelArena scratch = new PixelArena()) {
      ByteBuffer memory =
          crops.duplicate().position(index * bytes).limit((index + 1) * bytes).slice();
      Mat crop = scratch.over(memory, sidePx, sidePx, CvType.CV_8UC3);
      Mat mask = scratch.mat(sidePx, sidePx, CvType.CV_8UC1);
      mask.put(0, 0, outside);
      Mat away = scratch.mat();
      Imgproc.distanceTransform(mask, away, Imgproc.DIST_L2, MASK_5X5);
      // Half a pixel: training rounds the distance.
      Core.compare(away, new Scalar(marginPx + 0.5), mask, Core.CMP_GT);
      scratch.adopt(crop.setTo(new Scalar(0, 0, 0), mask));
    }
  }

  /** Marks what isn't the cell; false if nothing of it lies in the crop. */
  private boolean mark(Segmentation field, int id, double centreX, double centreY, double step) {
    double perInputX = (double) field.width() / field.inputWidth();
    double perInputY = (double) field.height() / field.inputHeight();
    for (int u = 0; u < sidePx; u++) {
      int x = (int) Math.floor((centreX + (u + 0.5 - sidePx / 2.0) * step) * perInputX);
      columns[u] = x < field.width() ? x : -1;
    }
    Arrays.fill(outside, (byte) 1);
    boolean found = false;
    for (int v = 0; v < sidePx; v++) {
      int y = (int) Math.floor((centreY + (v + 0.5 - sidePx / 2.0) * step) * perInputY);
      if (y < 0 || y >= field.height()) {
        continue;
      }
      int row = y * field.width();
      for (int u = 0; u < sidePx; u++) {
        if (columns[u] >= 0 && field.labels()[row + columns[u]] == id) {
          outside[v * sidePx + u] = 0;
          found = true;
        }
      }
    }
    return found;
  }
}
