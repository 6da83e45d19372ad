package org.kronocyte.segment;

import org.kronocyte.image.Box;
import org.kronocyte.image.PixelArena;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Size;
import org.opencv.imgproc.Imgproc;

/**
 * Draws a prediction at another size: logits are interpolated first and compared after, so that
 * edges stay smooth.
 */
final class ClassMap {
  private static final int BAND_ROWS = 64;

  private ClassMap() {}

  /**
   * The most probable class of every pixel, {@code [height,width]}.
   *
   * @param coveredWidth how many pixels of the asked size the prediction's full width covers
   * @param coveredHeight likewise for the height
   */
  static byte[] render(
      Prediction prediction, int width, int height, int coveredWidth, int coveredHeight) {
    byte[] out = new byte[width * height];
    try (PixelArena arena = new PixelArena()) {
      Mat logits = arena.mat(prediction.height(), prediction.width(), CvType.CV_8UC3);
      logits.put(0, 0, prediction.classes());
      Mat large = arena.mat();
      Imgproc.resize(
          logits, large, new Size(coveredWidth, coveredHeight), 0, 0, Imgproc.INTER_LINEAR);
      // In bands: one copy a band is quick, and bounds the heap for large fields.
      byte[] band = new byte[BAND_ROWS * coveredWidth * Prediction.CLASSES];
      for (int top = 0; top < height; top += BAND_ROWS) {
        int rows = Math.min(BAND_ROWS, height - top);
        arena.view(large, new Box(0, top, coveredWidth, rows)).get(0, 0, band);
        for (int y = 0; y < rows; y++) {
          int at = y * coveredWidth * Prediction.CLASSES;
          for (int x = 0; x < width; x++, at += Prediction.CLASSES) {
            out[(top + y) * width + x] = strongest(band, at);
          }
        }
      }
    }
    return out;
  }

  /** The class with the highest of three logits from {@code at} on. */
  static byte strongest(byte[] logits, int at) {
    int background = logits[at] & 0xff;
    int cytoplasm = logits[at + 1] & 0xff;
    int nucleus = logits[at + 2] & 0xff;
    if (nucleus > cytoplasm) {
      return nucleus > background ? Segmentation.NUCLEUS : Segmentation.BACKGROUND;
    }
    return cytoplasm > background ? Segmentation.CYTOPLASM : Segmentation.BACKGROUND;
  }

  /** The most probable class of every pixel of the prediction itself. */
  static byte[] coarse(Prediction prediction) {
    byte[] out = new byte[prediction.width() * prediction.height()];
    for (int i = 0; i < out.length; i++) {
      out[i] = strongest(prediction.classes(), i * Prediction.CLASSES);
    }
    return out;
  }
}
