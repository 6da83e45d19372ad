package org.kronocyte.slide;

import java.util.Locale;

/** How far a slide is. */
public enum SlideState {
  /** Fields are counted. */
  RUNNING,
  /** Nothing is counted until a person resumes it. */
  PAUSED,
  /** Ended by a person or the end of its source; never changes again. */
  FINISHED;

  /** The word used in JSON, on the command line and in the database. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  static SlideState ofCode(String code) {
    return valueOf(code.toUpperCase(Locale.ROOT));
  }
}
