package org.kronocyte.camera.virtual;

import java.util.List;

/**
 * One drawn field with its truth. Arrays are row by row from the top left, not copied: treat them
 * as read-only.
 *
 * @param bgr {@code [H,W,3]} 8-bit blue green red
 * @param mask {@code [H,W]} 0 background, 1 cytoplasm, 2 nucleus; white cells only
 * @param instances {@code [H,W]} number of the white cell a pixel belongs to, 0 for none
 */
@SuppressWarnings("ArrayRecordComponent")
public record VirtualField(
    long index,
    int width,
    int height,
    double umPerPx,
    byte[] bgr,
    byte[] mask,
    short[] instances,
    List<TrueCell> cells) {

  /**
   * What stays known of a field once its pixels are gone.
   *
   * @param fieldIndex the field of the smear that was in view; two frames with one index show the
   *     same cells
   * @param view how it was looked at
   * @param cells the white cells in view
   */
  public record Truth(long fieldIndex, View view, double umPerPx, List<TrueCell> cells) {}
}
