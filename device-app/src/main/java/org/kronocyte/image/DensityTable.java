package org.kronocyte.image;

import java.util.ArrayList;
import java.util.List;
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Scalar;

/**
 * Grey values to optical density against the glass of one field (Beer and Lambert): {@code 255 *
 * clamp(log10(I0 / max(I, 1)) / 1.5, 0, 1)} rounded half to even, channel by channel. Immutable.
 */
public final class DensityTable {
  private final int blue;
  private final int green;
  private final int red;

  /** Of blue, green and red. */
  private final byte[][] entries = new byte[3][256];

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
      entries[0][v] = (byte) density(blue, v);
      entries[1][v] = (byte) density(green, v);
      entries[2][v] = (byte) density(red, v);
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
      // Plane by plane: a table of three channels takes half as long again.
      List<Mat> density = new ArrayList<>();
      for (int channel = 2; channel >= 0; channel--) {
        Mat plane = arena.mat();
        Core.extractChannel(bgr, plane, channel);
        Mat table = arena.mat(1, 256, CvType.CV_8UC1);
        table.put(0, 0, entries[channel]);
        Core.LUT(plane, table, plane);
        density.add(plane);
      }
      Core.merge(density, rgb);
    }
  }
}
