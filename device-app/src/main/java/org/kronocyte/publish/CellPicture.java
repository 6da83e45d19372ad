package org.kronocyte.publish;

import java.util.Objects;
import org.kronocyte.classify.ClassifiedCell;

/**
 * One cell with what it looks like, for a person to check.
 *
 * @param jpeg square, colours as the camera had them; at most {@link #MAX_BYTES}
 * @param sidePx of the picture
 * @param umPerPx of the picture
 */
public record CellPicture(ClassifiedCell cell, byte[] jpeg, int sidePx, double umPerPx) {
  /** In base64 and with what is said beside it far below the bound of a message. */
  public static final int MAX_BYTES = 24 * 1024;

  public CellPicture {
    Objects.requireNonNull(cell, "cell");
    if (jpeg.length == 0 || jpeg.length > MAX_BYTES) {
      throw new IllegalArgumentException("a picture of " + jpeg.length + " bytes");
    }
  }
}
