package org.kronocyte.publish;

/** The sentence that goes with every result. */
final class Notice {
  static final String REAL = "Screening aid, not a diagnosis.";
  static final String SIMULATED =
      "SIMULATED: drawn by a virtual microscope, not a specimen. " + REAL;

  private Notice() {}

  static String of(boolean simulated) {
    return simulated ? SIMULATED : REAL;
  }
}
