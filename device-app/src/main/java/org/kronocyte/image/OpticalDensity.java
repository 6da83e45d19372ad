package org.kronocyte.image;

import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Size;
import org.opencv.imgproc.Imgproc;

/**
 * A white-balanced field as optical density: 8-bit RGB {@code [H,W,3]}, 0 where the glass is empty,
 * 255 at {@link #MAX_OD} and above. This is what every network reads.
 *
 * <p>Owns its native pixels; whoever asks for one closes it. Not thread-safe.
 */
public final class OpticalDensity implements AutoCloseable {
  /** The optical density (base 10) that 255 stands for. */
  public static final double MAX_OD = 1.5;

  private final Mat rgb;

  /**
   * @param rgb CV_8UC3 in red, green, blue order; ownership passes to this object
   */
  public OpticalDensity(Mat rgb) {
    if (rgb.empty() || rgb.type() != CvType.CV_8UC3) {
      throw new IllegalArgumentException("optical density needs 8-bit RGB, got " + rgb);
    }
    this.rgb = rgb;
  }

  /**
   * Makes one from density in blue, green, red order, which is not modified and stays the caller's.
   */
  public static OpticalDensity ofBgr(Mat bgr) {
    Mat rgb = new Mat();
    Imgproc.cvtColor(bgr, rgb, Imgproc.COLOR_BGR2RGB);
    return new OpticalDensity(rgb);
  }

  /** Red, green and blue density; not to be modified. */
  public Mat rgb() {
    return rgb;
  }

  public int width() {
    return rgb.cols();
  }

  public int height() {
    return rgb.rows();
  }

  /** The same view in another number of pixels, averaged when fewer; the caller closes it. */
  public OpticalDensity resized(int width, int height) {
    Mat out = new Mat();
    boolean shrinking = width < width();
    Imgproc.resize(
        rgb,
        out,
        new Size(width, height),
        0,
        0,
        shrinking ? Imgproc.INTER_AREA : Imgproc.INTER_LINEAR);
    return new OpticalDensity(out);
  }

  @Override
  public void close() {
    rgb.release();
  }
}
