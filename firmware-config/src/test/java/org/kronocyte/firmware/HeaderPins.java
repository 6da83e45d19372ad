package org.kronocyte.firmware;

/** The 40-pin header of the Raspberry Pi, typed from its pinout, to check the tables against. */
final class HeaderPins {
  /** Header pin of BCM 0 to 27. */
  private static final int[] PIN = {
    27, 28, 3, 5, 7, 29, 31, 26, 24, 21, 19, 23, 32, 33, 8, 10, 36, 11, 12, 35, 38, 40, 15, 16, 18,
    22, 37, 13
  };

  private HeaderPins() {}

  static int bcmToHeader(int bcm) {
    return PIN[bcm];
  }
}
