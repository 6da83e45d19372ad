package org.kronocyte.quality;

import org.opencv.core.Mat;

/**
 * A one-channel 8-bit image copied to the heap, for algorithms that look at single pixels.
 *
 * @param values row-major, {@code width * height}
 */
record Pixels(byte[] values, int width, int height) {
  static Pixels of(Mat image) {
    byte[] values = new byte[(int) image.total()];
    image.get(0, 0, values);
    return new Pixels(values, image.cols(), image.rows());
  }

  int at(int x, int y) {
    return values[y * width + x] & 0xff;
  }

  boolean inside(double x, double y) {
    return Math.rint(x) >= 0 && Math.rint(y) >= 0 && Math.rint(x) < width && Math.rint(y) < height;
  }

  /** The nearest pixel, at the border the outermost one. */
  int clamped(double x, double y) {
    int u = (int) Math.max(0, Math.min(width - 1, Math.rint(x)));
    int v = (int) Math.max(0, Math.min(height - 1, Math.rint(y)));
    return at(u, v);
  }
}
