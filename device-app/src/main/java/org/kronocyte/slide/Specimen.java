package org.kronocyte.slide;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What is on the slide; decides which classes make up the denominator. */
public enum Specimen {
  MARROW,
  BLOOD;

  /** The word used in JSON, configuration and on the command line. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** By the word used in JSON. */
  public static Optional<Specimen> ofCode(String code) {
    return Arrays.stream(values()).filter(s -> s.code().equals(code)).findFirst();
  }
}
