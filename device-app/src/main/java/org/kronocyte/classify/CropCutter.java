package org.kronocyte.classify;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.Scale;
import org.kronocyte.segment.ResampledField;

/**
 * Cuts a square of fixed physical size around a point of a field and resamples it to the
 * classifier's um/px; beyond the field there is clear glass. One thread.
 */
final class CropCutter {
  private final int sidePx;
  private final double modelUmPerPx;
  private final byte[] everything;

  /**
   * @param sidePx of the crop, pixels at the model's scale
   */
  CropCutter(int sidePx, double modelUmPerPx) {
    this.sidePx = sidePx;
    this.modelUmPerPx = modelUmPerPx;
    this.everything = new byte[sidePx * sidePx];
    Arrays.fill(everything, (byte) 1);
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
   * Where a crop is cut from.
   *
   * @param x of its middle, pixels of the field as captured
   * @param y of its middle, pixels of the field as captured
   * @param source whose pixels are taken
   * @param sourceX of its middle, pixels of the source
   * @param sourceY of its middle, pixels of the source
   * @param side of the square, pixels of the source
   */
  record Place(
      double x, double y, OpticalDensity source, double sourceX, double sourceY, double side) {}

  /**
   * The square around a point of a field. Where the field was resampled to this model's scale, too,
   * a crop is a piece of it, at whole pixels as in training; else it is cut from what was captured.
   *
   * @param x pixels of the field as captured
   * @param y pixels of the field as captured
   */
  Place place(ResampledField field, double x, double y) {
    if (!field.isAt(modelUmPerPx)) {
      return place(field.captured(), field.scale(), x, y);
    }
    double half = sidePx / 2.0;
    double sourceX = Math.rint(x / field.zoomX() - half) + half;
    double sourceY = Math.rint(y / field.zoomY() - half) + half;
    return new Place(
        sourceX * field.zoomX(),
        sourceY * field.zoomY(),
        field.density(),
        sourceX,
        sourceY,
        sidePx);
  }

  /** The square around a point of an image that was not resampled. */
  Place place(OpticalDensity image, Scale scale, double x, double y) {
    return new Place(x, y, image, x, y, sidePx * modelUmPerPx / scale.umPerPx());
  }

  /**
   * Writes one crop {@code [side,side,3]} RGB.
   *
   * @param visible {@code [side,side]}: 0 where the crop becomes clear glass
   * @param into native memory; the crop starts at byte {@code index * bytes()}
   */
  void cut(Place place, byte[] visible, ByteBuffer into, int index) {
    place
        .source()
        .crop(
            place.sourceX(),
            place.sourceY(),
            place.side(),
            visible,
            into.slice(index * bytes(), bytes()));
  }
}
