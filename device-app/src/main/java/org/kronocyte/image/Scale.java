package org.kronocyte.image;

/**
 * The physical size of a pixel, with how it is known.
 *
 * @param umPerPx micrometres a pixel, both axes
 * @param source how the value was found
 * @param confidence 0 (a guess) to 1 (measured or configured)
 */
public record Scale(double umPerPx, Source source, double confidence) {
  /**
   * Smallest and largest um/px that any light-microscope camera for blood films has; anything else
   * is a mistake.
   */
  public static final double MIN_UM_PER_PX = 0.02;

  public static final double MAX_UM_PER_PX = 2.0;

  /** How the scale is known. */
  public enum Source {
    /** Given by configuration or on the command line. */
    CONFIGURED,
    /** Estimated from the red cells in view, taken as 7.5 um wide. */
    RED_CELLS,
    /**
     * Estimated from where the segmentation network is surest of white cells, for want of red cells
     * or against what they say.
     */
    NETWORK,
    /** Too few cells in view: a typical value was assumed; sizes are not to be trusted. */
    ASSUMED;

    /** The word used in JSON. */
    public String code() {
      return switch (this) {
        case CONFIGURED -> "configured";
        case RED_CELLS -> "red_cells";
        case NETWORK -> "network";
        case ASSUMED -> "assumed";
      };
    }
  }

  public Scale {
    if (!(umPerPx >= MIN_UM_PER_PX && umPerPx <= MAX_UM_PER_PX)) {
      throw new IllegalArgumentException(
          "um per pixel " + umPerPx + " is outside " + MIN_UM_PER_PX + " to " + MAX_UM_PER_PX);
    }
    if (!(confidence >= 0 && confidence <= 1)) {
      throw new IllegalArgumentException("confidence " + confidence + " is outside 0 to 1");
    }
  }

  /** A scale somebody measured and wrote down. */
  public static Scale configured(double umPerPx) {
    return new Scale(umPerPx, Source.CONFIGURED, 1.0);
  }
}
