package org.kronocyte.app;

/**
 * The most memory that the pixels of fields take while the daemon runs; depends on the camera
 * alone, not on how many cells a field has.
 */
public final class FrameBudget {
  private static final double MODEL_UM_PER_PX = 0.25;
  private static final int TILE_PX = 512;
  private static final int CROPS = 16 * 96 * 96 * 3;

  private FrameBudget() {}

  /**
   * Bytes for fields of this size: the queued frames, the one being read and the one being captured
   * (3 bytes a pixel each), its halved pictures (together at most 1), at the model's scale grey
   * values and density (3 each, and 3 while the colour order is turned), classes, labels, coarse
   * labels and the network's answer (1 + 4 + 2 + 1), and 3 while logits are stretched, one tile in
   * and out, and one batch of crops.
   */
  public static long bytes(int width, int height, double umPerPx) {
    long field = (long) width * height;
    long model = Math.round(field * (umPerPx / MODEL_UM_PER_PX) * (umPerPx / MODEL_UM_PER_PX));
    long tile = (long) TILE_PX * TILE_PX * 4;
    return field * 3 * (Daemon.QUEUED_FRAMES + 2) + field + model * 20 + tile + CROPS;
  }
}
