package org.kronocyte.image;

import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Scalar;
import org.opencv.imgproc.Imgproc;

/**
 * Grey values to optical density against the glass of one field (Beer and Lambert): {@code 255 *
 * clamp(log10(I0 / max(I, 1)) / 1.5, 0, 1)} rounded half to even, channel by channel. Immutable.
 */
public final class DensityTable {
  private final int blue;
  private final int green;
  private final int red;
  private final byte[] entries = new byte[256 * 3];

  /**
   * A table against this glass.
   *
   * @param blue I0 of the blue channel, 1 to 255
   * @param green I0 of the green channel
   * @param red I0 of the red channel
   */
  public DensityTable(int blue, int green, int red) {
    this.blue = blue;
    this.green = green;
    this.red = red;
    for (int v = 0; v < 256; v++) {
      entries[v * 3] = (byte) density(blue, v);
      entries[v * 3 + 1] = (byte) density(green, v);
      entries[v * 3 + 2] = (byte) density(red, v);
    }
  }

  /** The density of one grey value against one I0, 0 to 255. */
  public static int density(int background, int value) {
    double od = Math.log10((double) background / Math.max(1, value)) / OpticalDensity.MAX_OD;
    return (int) Math.rint(255 * Math.max(0, Math.min(1, od)));
  }

  /** The colour of the glass, blue green red. */
  Scalar glass() {
    return new Scalar(blue, green, red);
  }

  /**
   * Turns a picture.
   *
   * @param bgr 8-bit grey values, not modified
   * @param rgb filled with density
   */
  void apply(Mat bgr, Mat rgb) {
    try (PixelArena arena = new PixelArena()) {
      Mat table = arena.mat(1, 256, CvType.CV_8UC3);
      table.put(0, 0, entries);
      Mat density = arena.mat();
      Core.LUT(bgr, table, density);
      Imgproc.cvtColor(density, rgb, Imgproc.COLOR_BGR2RGB);
    }
  }
}
