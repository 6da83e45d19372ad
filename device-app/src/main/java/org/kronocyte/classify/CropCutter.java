package org.kronocyte.classify;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.Scale;

/**
 * Cuts a square of fixed physical size around a point of a field and resamples it to the
 * classifier's um/px; beyond the field there is clear glass. One thread.
 */
final class CropCutter {
  private final int sidePx;
  private final double modelUmPerPx;
  private final byte[] everything;
  private final byte[] crop;

  /**
   * @param sidePx of the crop, pixels at the model's scale
   */
  CropCutter(int sidePx, double modelUmPerPx) {
    this.sidePx = sidePx;
    this.modelUmPerPx = modelUmPerPx;
    this.everything = new byte[sidePx * sidePx];
    Arrays.fill(everything, (byte) 1);
    this.crop = new byte[bytes()];
  }

  /** Bytes one crop takes. */
  int bytes() {
    return sidePx * sidePx * 3;
  }

  /** Every pixel of a crop, for {@link #cut}. */
  byte[] everything() {
    return everything;
  }

  /**
   * Writes one crop {@code [side,side,3]} RGB.
   *
   * @param centreX of the cell, field pixels
   * @param visible {@code [side,side]}: 0 where the crop becomes clear glass
   * @param into native memory; the crop starts at byte {@code index * bytes()}
   */
  void cut(
      OpticalDensity field,
      double centreX,
      double centreY,
      Scale scale,
      byte[] visible,
      ByteBuffer into,
      int index) {
    field.crop(centreX, centreY, sidePx * modelUmPerPx / scale.umPerPx(), visible, crop);
    into.put(index * bytes(), crop);
  }
}
