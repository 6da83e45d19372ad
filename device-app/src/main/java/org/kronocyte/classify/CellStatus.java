package org.kronocyte.classify;

import java.util.Locale;

/** Whether a cell may enter the tally. */
public enum CellStatus {
  /** Sure enough to count. */
  COUNTED,
  /** A white cell, but its class is not sure enough; counted as unidentified. */
  UNCERTAIN,
  /** No white cell, or not countable. */
  REJECTED;

  /** The word used in JSON and CSV. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
