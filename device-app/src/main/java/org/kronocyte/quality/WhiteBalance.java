package org.kronocyte.quality;

import org.kronocyte.image.DensityTable;
import org.kronocyte.image.Frame;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.PixelArena;
import org.opencv.core.Mat;
import org.opencv.core.Size;
import org.opencv.imgproc.Imgproc;

/**
 * The colour of empty glass in one field, and the field as optical density against it.
 *
 * <p>I0 of a channel is the smallest grey value v such that at least 95 % of the pixels are at most
 * v. Optical density follows Beer and Lambert: OD = log10(I0 / I), so a stain twice as thick reads
 * twice as high whatever the lamp.
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

  /** Above this many pixels, every second, third … row and column is enough for a percentile. */
  private static final int ENOUGH_PIXELS = 384 * 384;

  /** Finds the background of a field from its own grey values. */
  public static WhiteBalance of(Frame frame) {
    try (PixelArena arena = new PixelArena()) {
      Mat sample = sample(arena, frame.bgr());
      byte[] bgr = new byte[sample.rows() * sample.cols() * 3];
      sample.get(0, 0, bgr);
      int[][] histogram = new int[3][256];
      int saturated = 0;
      for (int i = 0; i < bgr.length; i += 3) {
        int b = bgr[i] & 0xff;
        int g = bgr[i + 1] & 0xff;
        int r = bgr[i + 2] & 0xff;
        histogram[0][b]++;
        histogram[1][g]++;
        histogram[2][r]++;
        if (Math.min(b, Math.min(g, r)) >= SATURATED) {
          saturated++;
        }
      }
      return new WhiteBalance(
          percentile(histogram[0]),
          percentile(histogram[1]),
          percentile(histogram[2]),
          3.0 * saturated / bgr.length);
    }
  }

  private static Mat sample(PixelArena arena, Mat image) {
    int step = (int) Math.ceil(Math.sqrt((double) image.total() / ENOUGH_PIXELS));
    Mat out = arena.mat();
    if (step <= 1) {
      image.copyTo(out);
    } else {
      Size size = new Size(Math.max(1, image.cols() / step), Math.max(1, image.rows() / step));
      Imgproc.resize(image, out, size, 0, 0, Imgproc.INTER_NEAREST);
    }
    return out;
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
