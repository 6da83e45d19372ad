package org.kronocyte.image;

import java.util.Objects;

/**
 * Where a frame came from.
 *
 * @param name file path, device node or virtual slide and field number; unique within one source
 * @param kind whether the pixels are of a real specimen seen now, of a stored one, or drawn
 */
public record FrameOrigin(String name, Kind kind) {
  /**
   * How real the pixels are. Anything but {@link #LIVE} and {@link #STORED} must be marked wherever
   * it shows.
   */
  public enum Kind {
    /** A camera on a microscope, now. */
    LIVE,
    /** Files of a real specimen. */
    STORED,
    /** Drawn by the virtual microscope; never a patient's. */
    SIMULATED
  }

  public FrameOrigin {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(kind, "kind");
  }

  public boolean simulated() {
    return kind == Kind.SIMULATED;
  }
}
