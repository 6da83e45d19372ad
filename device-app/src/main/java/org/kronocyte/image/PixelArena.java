package org.kronocyte.image;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.opencv.core.Mat;

/**
 * A scope for native pixels: every {@link Mat} made or adopted here is released when the scope
 * closes.
 *
 * <p>OpenCV's Java {@code Mat} frees its pixels only in {@code finalize()}, which a small heap
 * never triggers, so a stage that forgets one leaks a whole field. Stages take their scratch images
 * from an arena in try-with-resources; no other package may say {@code new Mat} (a test holds them
 * to it). One thread.
 */
public final class PixelArena implements AutoCloseable {
  private final Deque<Mat> mats = new ArrayDeque<>();

  /** An empty image for an OpenCV call to fill. */
  public Mat mat() {
    return adopt(new Mat());
  }

  /**
   * Takes over an image that an OpenCV call returned; many return a second header that pins the
   * pixels.
   */
  public Mat adopt(Mat mat) {
    mats.push(mat);
    return mat;
  }

  /** An image of one type and size, pixels undefined. */
  public Mat mat(int rows, int columns, int type) {
    return adopt(new Mat(rows, columns, type));
  }

  /**
   * An image over native memory that somebody else owns; nothing is copied. The memory must outlive
   * the image, and an operation that changes the image's size or type silently leaves it, so
   * callers keep both.
   */
  public Mat over(ByteBuffer memory, int rows, int columns, int type) {
    return adopt(new Mat(rows, columns, type, memory));
  }

  /** A view of part of an image; no pixels are copied. */
  public Mat view(Mat image, Box box) {
    return adopt(image.submat(box.y(), box.y() + box.height(), box.x(), box.x() + box.width()));
  }

  @Override
  public void close() {
    while (!mats.isEmpty()) {
      mats.pop().release();
    }
  }
}
