package org.kronocyte.evaluate;

import java.nio.file.Path;
import org.kronocyte.image.Frame;
import org.kronocyte.image.ImageReader;
import org.kronocyte.image.PixelArena;
import org.kronocyte.problem.ProblemException;
import org.opencv.core.Core;
import org.opencv.core.Mat;

/**
 * A mask on disk.
 *
 * @param values {@code [H,W]}, 0 to 2
 */
record GreyImage(byte[] values, int width, int height) {
  private static final int MOST = 2;

  /** Reads a mask whose pixels are 0, 1 or 2. */
  static GreyImage read(Path file) throws ProblemException {
    try (Frame frame = ImageReader.read(file);
        PixelArena arena = new PixelArena()) {
      Mat plane = arena.mat();
      Core.extractChannel(frame.bgr(), plane, 0);
      byte[] values = new byte[frame.width() * frame.height()];
      plane.get(0, 0, values);
      for (byte v : values) {
        if (v < 0 || v > MOST) {
          throw new ProblemException(
              "mask_invalid",
              file + " has a pixel of value " + (v & 0xff),
              "a mask has 0 for background, 1 for cytoplasm and 2 for nucleus");
        }
      }
      return new GreyImage(values, frame.width(), frame.height());
    }
  }
}
