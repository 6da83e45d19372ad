package org.kronocyte.publish;

import java.util.Locale;

/** How far the wall clock of the device may be trusted. */
public enum ClockQuality {
  /** The system says it was set by a time server since the last start. */
  SYNCHRONISED,
  /** A possible time that nobody vouches for: a battery clock, or one set by hand. */
  UNSYNCHRONISED,
  /** Before this program was written: the clock was never set. */
  UNSET;

  /** The word used in JSON. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
