package org.kronocyte.classify;

import java.nio.ByteBuffer;
import org.kronocyte.image.Box;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.PixelArena;
import org.kronocyte.image.Scale;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Scalar;
import org.opencv.core.Size;
import org.opencv.imgproc.Imgproc;

/**
 * Cuts a square of fixed physical size around a point of a field and resamples it to the
 * classifier's um/px; beyond the field there is clear glass.
 */
final class CropCutter {
  private final int sidePx;
  private final double modelUmPerPx;

  /**
   * @param sidePx of the crop, pixels at the model's scale
   */
  CropCutter(int sidePx, double modelUmPerPx) {
    this.sidePx = sidePx;
    this.modelUmPerPx = modelUmPerPx;
  }

  /** Bytes one crop takes. */
  int bytes() {
    return sidePx * sidePx * 3;
  }

  /**
   * Writes one crop {@code [side,side,3]} RGB.
   *
   * @param centreX of the cell, field pixels
   * @param into native memory; the crop starts at byte {@code index * bytes()}
   */
  void cut(
      OpticalDensity field,
      double centreX,
      double centreY,
      Scale scale,
      ByteBuffer into,
      int index) {
    double side = sidePx * modelUmPerPx / scale.umPerPx();
    int left = (int) Math.rint(centreX - side / 2);
    int top = (int) Math.rint(centreY - side / 2);
    int size = Math.max(1, (int) Math.rint(side));
    int x0 = Math.max(0, left);
    int y0 = Math.max(0, top);
    int x1 = Math.min(field.width(), left + size);
    int y1 = Math.min(field.height(), top + size);
    try (PixelArena arena = new PixelArena()) {
      ByteBuffer memory =
          into.duplicate().position(index * bytes()).limit((index + 1) * bytes()).slice();
      Mat crop = arena.over(memory, sidePx, sidePx, CvType.CV_8UC3);
      if (x1 - x0 < size || y1 - y0 < size) {
        arena.adopt(crop.setTo(new Scalar(0, 0, 0)));
      }
      if (x1 <= x0 || y1 <= y0) {
        return;
      }
      double zoom = (double) sidePx / size;
      int u0 = (int) Math.rint((x0 - left) * zoom);
      int v0 = (int) Math.rint((y0 - top) * zoom);
      int u1 = Math.max(u0 + 1, (int) Math.rint((x1 - left) * zoom));
      int v1 = Math.max(v0 + 1, (int) Math.rint((y1 - top) * zoom));
      if (u1 > sidePx || v1 > sidePx) {
        return;
      }
      Mat from = arena.view(field.rgb(), new Box(x0, y0, x1 - x0, y1 - y0));
      Mat to = arena.view(crop, new Box(u0, v0, u1 - u0, v1 - v0));
      int method = zoom < 1 ? Imgproc.INTER_AREA : Imgproc.INTER_LINEAR;
      long address = to.dataAddr();
      Imgproc.resize(from, to, new Size(u1 - u0, v1 - v0), 0, 0, method);
      if (to.dataAddr() != address) {
        throw new IllegalStateException("OpenCV moved the crop out of the tensor's memory");
      }
    }
  }
}
