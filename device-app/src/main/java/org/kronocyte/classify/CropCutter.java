package org.kronocyte.classify;

import java.nio.ByteBuffer;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.PixelArena;
import org.kronocyte.image.Scale;
import org.opencv.core.CvType;
import org.opencv.core.Mat;

/**
 * Cuts a square of fixed physical size around a point of a field and resamples it to the
 * classifier's um/px; beyond the field there is clear glass.
 */
final class CropCutter {
  private final int sidePx;
  private final double modelUmPerPx;

  /**
   * @param sidePx of the crop, pixels at the model's scale
   */
  CropCutter(int sidePx, double modelUmPerPx) {
    this.sidePx = sidePx;
    this.modelUmPerPx = modelUmPerPx;
  }

  /** Bytes one crop takes. */
  int bytes() {
    return sidePx * sidePx * 3;
  }

  /**
   * Writes one crop {@code [side,side,3]} RGB.
   *
   * @param centreX of the cell, field pixels
   * @param into native memory; the crop starts at byte {@code index * bytes()}
   */
  void cut(
      OpticalDensity field,
      double centreX,
      double centreY,
      Scale scale,
      ByteBuffer into,
      int index) {
    try (PixelArena arena = new PixelArena()) {
      ByteBuffer memory =
          into.duplicate().position(index * bytes()).limit((index + 1) * bytes()).slice();
      Mat crop = arena.over(memory, sidePx, sidePx, CvType.CV_8UC3);
      field.crop(centreX, centreY, sidePx * modelUmPerPx / scale.umPerPx(), crop);
    }
  }
}
