package org.kronocyte.image;

import org.opencv.core.Core;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.core.MatOfInt;
import org.opencv.core.Scalar;
import org.opencv.core.Size;
import org.opencv.imgcodecs.Imgcodecs;
import org.opencv.imgproc.Imgproc;

/** A square piece of a field as a small JPEG for a person to look at. Any thread. */
public final class CellCrop {
  /** Tried in turn until the picture is small enough. */
  private static final int[] QUALITIES = {90, 75, 50};

  private CellCrop() {}

  /**
   * Cuts, resamples and encodes; beyond the field it is white.
   *
   * @param centreX of the square, field pixels
   * @param fieldPx side of the square in the field, pixels
   * @param sidePx of the picture
   * @param maxBytes of the JPEG
   * @return the JPEG; empty if even at low quality it is larger than that
   */
  public static byte[] jpeg(
      Frame field, double centreX, double centreY, double fieldPx, int sidePx, int maxBytes) {
    int side = Math.max(1, (int) Math.round(fieldPx));
    int left = (int) Math.round(centreX - side / 2.0);
    int top = (int) Math.round(centreY - side / 2.0);
    int x = Math.max(0, left);
    int y = Math.max(0, top);
    int right = Math.min(field.width(), left + side);
    int bottom = Math.min(field.height(), top + side);
    if (x >= right || y >= bottom) {
      return new byte[0];
    }
    try (PixelArena arena = new PixelArena()) {
      Mat inside = arena.view(field.bgr(), new Box(x, y, right - x, bottom - y));
      Mat square = arena.mat();
      Core.copyMakeBorder(
          inside,
          square,
          y - top,
          top + side - bottom,
          x - left,
          left + side - right,
          Core.BORDER_CONSTANT | Core.BORDER_ISOLATED,
          new Scalar(255, 255, 255));
      Mat picture = arena.mat();
      int how = side > sidePx ? Imgproc.INTER_AREA : Imgproc.INTER_LINEAR;
      Imgproc.resize(square, picture, new Size(sidePx, sidePx), 0, 0, how);
      for (int quality : QUALITIES) {
        byte[] encoded = encode(picture, quality);
        if (encoded.length <= maxBytes) {
          return encoded;
        }
      }
      return new byte[0];
    }
  }

  private static byte[] encode(Mat picture, int quality) {
    MatOfByte encoded = new MatOfByte();
    MatOfInt options = new MatOfInt(Imgcodecs.IMWRITE_JPEG_QUALITY, quality);
    try {
      if (!Imgcodecs.imencode(".jpg", picture, encoded, options)) {
        throw new IllegalStateException("OpenCV can't encode JPEG");
      }
      return encoded.toArray();
    } finally {
      encoded.release();
      options.release();
    }
  }
}
