package org.kronocyte.segment;

import java.util.Optional;
import org.kronocyte.image.Box;
import org.kronocyte.image.PixelArena;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Size;
import org.opencv.imgproc.Imgproc;

/**
 * Draws single cells at the model's scale, twice as fine as the network says: logits are
 * interpolated inside the cell's box only, which gives the same pixels as interpolating the whole
 * field, since a twofold grid looks no further than the next pixel. One thread.
 */
final class OutlineTracer implements AutoCloseable {
  private static final int STRIDE = Prediction.STRIDE;

  private final PixelArena arena = new PixelArena();
  private final Prediction prediction;
  private final int[] coarse;
  private final int width;
  private final int height;
  private final Mat logits;

  /**
   * @param coarse the cell each predicted pixel belongs to, 0 for none
   * @param width of the field at the model's scale
   */
  OutlineTracer(Prediction prediction, int[] coarse, int width, int height) {
    this.prediction = prediction;
    this.coarse = coarse;
    this.width = width;
    this.height = height;
    this.logits = arena.mat(prediction.height(), prediction.width(), CvType.CV_8UC3);
    logits.put(0, 0, prediction.classes());
  }

  /**
   * One cell; empty if nothing is left of a speck when its outline is drawn more finely.
   *
   * @param coarseBox of the cell's predicted pixels
   */
  Optional<CellOutline> trace(int id, Box coarseBox) {
    // An outline reaches at most one predicted pixel beyond the cell's own.
    Box reach = grown(coarseBox);
    Box seen = grown(reach);
    byte[] large = enlarged(seen);
    int largeWidth = seen.width() * STRIDE;
    int left = reach.x() * STRIDE;
    int top = reach.y() * STRIDE;
    int right = Math.min(width, (reach.x() + reach.width()) * STRIDE);
    int bottom = Math.min(height, (reach.y() + reach.height()) * STRIDE);
    byte[] parts = new byte[(right - left) * (bottom - top)];
    boolean any = false;
    int i = 0;
    for (int y = top; y < bottom; y++) {
      int row = (y - seen.y() * STRIDE) * largeWidth - seen.x() * STRIDE;
      int labels = y / STRIDE * prediction.width();
      for (int x = left; x < right; x++, i++) {
        int label = coarse[labels + x / STRIDE];
        if (label != 0 && label != id) {
          continue;
        }
        byte kind = ClassMap.strongest(large, (row + x) * Prediction.CLASSES);
        if (kind != Segmentation.BACKGROUND
            && (label == id
                || FineLabels.of(coarse, prediction.width(), prediction.height(), x, y) == id)) {
          parts[i] = kind;
          any = true;
        }
      }
    }
    return any
        ? Optional.of(CellOutline.of(id, new Box(left, top, right - left, bottom - top), parts))
        : Optional.empty();
  }

  /** One predicted pixel more on each side, within the prediction. */
  private Box grown(Box box) {
    int left = Math.max(0, box.x() - 1);
    int top = Math.max(0, box.y() - 1);
    int right = Math.min(prediction.width(), box.x() + box.width() + 1);
    int bottom = Math.min(prediction.height(), box.y() + box.height() + 1);
    return new Box(left, top, right - left, bottom - top);
  }

  private byte[] enlarged(Box box) {
    try (PixelArena scratch = new PixelArena()) {
      Mat large = scratch.mat();
      Size size = new Size(box.width() * STRIDE, box.height() * STRIDE);
      Imgproc.resize(scratch.view(logits, box), large, size, 0, 0, Imgproc.INTER_LINEAR);
      byte[] out = new byte[(int) large.total() * Prediction.CLASSES];
      large.get(0, 0, out);
      return out;
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
