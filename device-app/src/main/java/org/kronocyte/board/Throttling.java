package org.kronocyte.board;

/**
 * The firmware's throttling word of a Raspberry Pi.
 *
 * @param word bits 0 to 3: under-voltage, frequency capped, throttled, soft temperature limit, each
 *     now; bits 16 to 19: the same, at any time since boot
 */
public record Throttling(int word) {
  /** The supply gives less than 4.63 V right now: results are fine, the next power cut is near. */
  public boolean underVoltageNow() {
    return (word & 1) != 0;
  }

  /** The processor runs slower than it could, for lack of power or for heat. */
  public boolean slowedNow() {
    return (word & 0b1110) != 0;
  }

  /** The supply was too weak at some time since boot. */
  public boolean underVoltageSinceBoot() {
    return (word & 1 << 16) != 0;
  }
}
