package org.kronocyte.image;

import java.time.Instant;
import java.util.Objects;
import org.opencv.core.CvType;
import org.opencv.core.Mat;

/**
 * One camera view: 8-bit BGR pixels {@code [H,W,3]} with the time and the place they came from.
 *
 * <p>A frame owns its native pixels. Whoever takes a frame closes it; the pixels must not be
 * touched afterwards. Not thread-safe, but may be handed from thread to thread.
 */
public final class Frame implements AutoCloseable {
  private final Mat bgr;
  private final Instant capturedAt;
  private final FrameOrigin origin;

  /**
   * @param bgr CV_8UC3 in blue, green, red order; ownership passes to the frame
   */
  public Frame(Mat bgr, Instant capturedAt, FrameOrigin origin) {
    if (bgr.empty() || bgr.type() != CvType.CV_8UC3) {
      throw new IllegalArgumentException(
          "a frame needs non-empty 8-bit BGR pixels, got "
              + bgr.size()
              + " "
              + CvType.typeToString(bgr.type()));
    }
    this.bgr = bgr;
    this.capturedAt = Objects.requireNonNull(capturedAt, "capturedAt");
    this.origin = Objects.requireNonNull(origin, "origin");
  }

  /**
   * A frame with a copy of somebody's pixels, which stay theirs.
   *
   * @param bgr CV_8UC3 in blue, green, red order
   */
  public static Frame copyOf(Mat bgr, Instant capturedAt, FrameOrigin origin) {
    return new Frame(bgr.clone(), capturedAt, origin);
  }

  /**
   * A frame from pixels on the heap, which are copied.
   *
   * @param bgr {@code [height,width,3]} row-major
   */
  public static Frame ofBgr(
      byte[] bgr, int width, int height, Instant capturedAt, FrameOrigin origin) {
    Mat pixels = new Mat(height, width, CvType.CV_8UC3);
    pixels.put(0, 0, bgr);
    return new Frame(pixels, capturedAt, origin);
  }

  /**
   * The pixels, blue green red. Valid until {@link #close()}; not to be modified by stages
   * downstream of the camera.
   */
  public Mat bgr() {
    return bgr;
  }

  public int width() {
    return bgr.cols();
  }

  public int height() {
    return bgr.rows();
  }

  public Instant capturedAt() {
    return capturedAt;
  }

  public FrameOrigin origin() {
    return origin;
  }

  @Override
  public void close() {
    bgr.release();
  }
}
