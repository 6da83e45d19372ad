package org.kronocyte.slide;

import java.util.Locale;

/** What is on the slide; decides which classes make up the denominator. */
public enum Specimen {
  MARROW,
  BLOOD;

  /** The word used in JSON, configuration and on the command line. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
