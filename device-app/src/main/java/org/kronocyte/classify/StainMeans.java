package org.kronocyte.classify;

import java.nio.ByteBuffer;

/**
 * How dark cells are in red, green and blue, on average over their crops: a cheap sign that a stain
 * has changed. Clear glass, to which crops are faded around a cell, doesn't count.
 */
public final class StainMeans {
  /**
   * What another mixture of classes alone can do: blasts and lymphocytes are denser than
   * granulocytes. Natural logarithm of the density in green, then of red and blue against it.
   */
  private static final double[] USUAL = {0.5, 0.15, 0.4};

  /** No density is taken to be less than this, of 255. */
  private static final double LEAST = 1;

  private StainMeans() {}

  /**
   * Mean over crops of the mean density of each crop's cell.
   *
   * @param crops uint8 {@code [N,side,side,3]}, 0 is clear glass
   * @param bytes of one crop
   * @return red, green, blue, 0 to 255; zeros without any cell
   */
  public static double[] of(ByteBuffer crops, int count, int bytes) {
    double[] out = new double[3];
    int cells = 0;
    byte[] crop = new byte[bytes];
    for (int i = 0; i < count; i++) {
      crops.get(i * bytes, crop);
      long reds = 0;
      long greens = 0;
      long blues = 0;
      int pixels = 0;
      for (int at = 0; at < bytes; at += 3) {
        int red = crop[at] & 0xff;
        int green = crop[at + 1] & 0xff;
        int blue = crop[at + 2] & 0xff;
        reds += red;
        greens += green;
        blues += blue;
        // 0 only where all three are: 255 more reaches 256 otherwise.
        pixels += ((red | green | blue) + 255) >> 8;
      }
      if (pixels > 0) {
        cells++;
        long[] sums = {reds, greens, blues};
        for (int c = 0; c < 3; c++) {
          out[c] += ((double) sums[c] / pixels - out[c]) / cells;
        }
      }
    }
    return out;
  }

  /**
   * How far two stains are apart; above 1 is further than another mixture of classes explains.
   *
   * @param one red, green, blue
   */
  public static double distance(double[] one, double[] other) {
    double[] a = logarithms(one);
    double[] b = logarithms(other);
    double far = 0;
    for (int i = 0; i < USUAL.length; i++) {
      far = Math.max(far, Math.abs(a[i] - b[i]) / USUAL[i]);
    }
    return far;
  }

  private static double[] logarithms(double[] stain) {
    double red = Math.log(Math.max(LEAST, stain[0]));
    double green = Math.log(Math.max(LEAST, stain[1]));
    double blue = Math.log(Math.max(LEAST, stain[2]));
    return new double[] {green, red - green, blue - green};
  }
}
