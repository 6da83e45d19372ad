package org.kronocyte.quality;

import java.util.Arrays;
import org.kronocyte.image.DensityTable;
import org.kronocyte.image.Frame;
import org.kronocyte.image.OpticalDensity;
import org.opencv.core.Mat;

/**
 * The colour of empty glass in one field, and the field as optical density against it.
 *
 * <p>I0 of a channel is the smallest grey value v such that at least 95 % of the pixels are at most
 * v, black ones apart: those an eyepiece may have hidden. Optical density follows Beer and Lambert:
 * OD = log10(I0 / I), so a stain twice as thick reads twice as high whatever the lamp.
 *
 * @param blue I0 of the blue channel, 1 to 255
 * @param green I0 of the green channel
 * @param red I0 of the red channel
 * @param saturatedShare of the pixels whose every channel is at the end of the camera's range, 0 to
 *     1
 */
public record WhiteBalance(int blue, int green, int red, double saturatedShare) {
  /** Percentage of the pixels that are at most I0. */
  public static final int BACKGROUND_PERCENT = 95;

  private static final int SATURATED = 254;

  /** Up to here, in all channels, a pixel shows no light at all. */
  private static final int BLACK = 8;

  /**
   * Above this many pixels, every second, third … row and column is enough for a percentile. Images
   * of a single cell have about as many, and are read whole.
   */
  private static final int ENOUGH_PIXELS = 160 * 160;

  /** Finds the background of a field from its own grey values. */
  public static WhiteBalance of(Frame frame) {
    Mat image = frame.bgr();
    int step = (int) Math.ceil(Math.sqrt((double) image.total() / ENOUGH_PIXELS));
    int width = Math.max(1, image.cols() / Math.max(1, step));
    int height = Math.max(1, image.rows() / Math.max(1, step));
    int[] columns = new int[width];
    Arrays.setAll(columns, x -> 3 * place(x, width, image.cols()));
    byte[] row = new byte[3 * image.cols()];
    int[][] histogram = new int[3][256];
    int saturated = 0;
    for (int y = 0; y < height; y++) {
      image.get(place(y, height, image.rows()), 0, row);
      for (int at : columns) {
        int b = row[at] & 0xff;
        int g = row[at + 1] & 0xff;
        int r = row[at + 2] & 0xff;
        if (Math.max(b, Math.max(g, r)) <= BLACK) {
          continue;
        }
        histogram[0][b]++;
        histogram[1][g]++;
        histogram[2][r]++;
        if (Math.min(b, Math.min(g, r)) >= SATURATED) {
          saturated++;
        }
      }
    }
    return new WhiteBalance(
        percentile(histogram[0]),
        percentile(histogram[1]),
        percentile(histogram[2]),
        (double) saturated / ((long) width * height));
  }

  /** Where the i-th of so many samples lies on an axis: as OpenCV's nearest neighbour has it. */
  private static int place(int i, int samples, int length) {
    double step = 1 / ((double) samples / length);
    return Math.min(length - 1, (int) Math.floor(i * step));
  }

  static int percentile(int[] histogram) {
    long all = 0;
    for (int count : histogram) {
      all += count;
    }
    long sum = 0;
    for (int v = 0; v < histogram.length; v++) {
      sum += histogram[v];
      if (100 * sum >= BACKGROUND_PERCENT * all) {
        return Math.max(1, v);
      }
    }
    return 255;
  }

  /** The field as density, a view of the frame, which must outlive it; the caller closes it. */
  public OpticalDensity apply(Frame frame) {
    return new OpticalDensity(frame, new DensityTable(blue, green, red));
  }
}
