package org.kronocyte.app;

/**
 * The most memory that the pixels of fields take while the daemon runs; depends on the camera
 * alone, not on how many cells a field has.
 */
public final class FrameBudget {
  private static final double MODEL_UM_PER_PX = 0.25;
  private static final int TILE_PX = 512;

  /**
   * Of the model as it came and of the one corrected for the site: a batch, and one laid otherwise.
   */
  private static final int CROPS = 2 * 2 * 16 * 96 * 96 * 3;

  private FrameBudget() {}

  /**
   * Bytes for fields of this size. The queued frames and the one being captured take 3 bytes a
   * pixel. So does each that is being read, with its halved pictures (at most 1) and, at the
   * model's scale, density and its green plane (3 + 1), the network's answer (1) and its cells'
   * numbers (1). One of them at a time is turned into density (3 + 3 while colours are turned), and
   * fills one tile in and out; one is split into cells (labels 4, classes 1, coarse labels 2, and 3
   * while logits are stretched), and fills its batches of crops, for which there is always room.
   *
   * @param ahead whether fields are prepared ahead of the one that is being read
   */
  public static long bytes(int width, int height, double umPerPx, boolean ahead) {
    long field = (long) width * height;
    long model = Math.round(field * (umPerPx / MODEL_UM_PER_PX) * (umPerPx / MODEL_UM_PER_PX));
    long tile = (long) TILE_PX * TILE_PX * 4;
    int read = ahead ? WorkAhead.IN_FLIGHT : 1;
    return field * 3 * (Daemon.QUEUED_FRAMES + 1)
        + read * (field * 4 + model * 6)
        + model * 16
        + tile
        + CROPS;
  }
}
