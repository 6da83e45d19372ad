package org.kronocyte.publish.command;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What may be asked for. */
public enum Verb {
  SLIDE_START(true),
  SLIDE_PAUSE(true),
  SLIDE_RESUME(true),
  SLIDE_FINISH(true),
  /** The lamp shows which device this is. */
  IDENTIFY(false),
  /** Health now, not at the next interval. */
  REPORT(false),
  /** Which site calibrations there are. */
  SITE_LIST(false),
  /** A site calibration now, from the cells there are. */
  SITE_CALIBRATE(true),
  /** Back to the site calibration before. */
  SITE_UNDO(true),
  /** After an undoing the device may learn again. */
  SITE_AGAIN(true);

  private final boolean changes;

  Verb(boolean changes) {
    this.changes = changes;
  }

  /** Whether it changes what the device does, and so must not be done too late. */
  public boolean changes() {
    return changes;
  }

  /** The word used in topics and in the configuration. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Optional<Verb> of(String code) {
    return Arrays.stream(values()).filter(v -> v.code().equals(code)).findFirst();
  }
}
