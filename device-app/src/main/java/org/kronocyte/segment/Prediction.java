package org.kronocyte.segment;

/**
 * What a segmentation network says of a whole field, at half the model's resolution.
 *
 * @param width pixels, half the model's
 * @param height pixels
 * @param classes logits {@code [H,W,3]} uint8 for background, cytoplasm, nucleus, on one common
 *     scale
 * @param distance {@code [H,W]} uint8: normalised distance to the cell's edge, highest in a cell's
 *     middle
 * @param distanceScale real value of one step of {@code distance}
 */
public record Prediction(
    int width, int height, byte[] classes, byte[] distance, double distanceScale) {
  /** Model pixels a prediction pixel, on each axis. */
  static final int STRIDE = 2;

  static final int CLASSES = 3;
}
