package org.kronocyte.classify;

import org.kronocyte.image.PixelArena;
import org.opencv.core.Core;
import org.opencv.core.Mat;

/**
 * The eight ways to lay a square crop, by number: bit 2 transposes it, then bit 1 puts it upside
 * down and bit 0 mirrors it left to right. 0 leaves it as it is.
 */
final class CropView {
  private static final int TRANSPOSED = 4;
  private static final int FLIPS = 3;

  /** What OpenCV calls left to right, upside down, and both. */
  private static final int[] FLIP_CODES = {1, 0, -1};

  private CropView() {}

  /**
   * @param crop square, not modified
   * @param laid takes the result; of the crop's size and type, other memory
   */
  static void lay(Mat crop, int view, Mat laid, PixelArena arena) {
    int flips = view & FLIPS;
    if ((view & TRANSPOSED) == 0) {
      flip(crop, flips, laid);
      return;
    }
    Mat transposed = arena.mat();
    Core.transpose(crop, transposed);
    flip(transposed, flips, laid);
  }

  private static void flip(Mat crop, int flips, Mat laid) {
    if (flips == 0) {
      crop.copyTo(laid);
    } else {
      Core.flip(crop, laid, FLIP_CODES[flips - 1]);
    }
  }
}
