package org.kronocyte.segment;

import java.util.Locale;

/** What a second engine says of a cell that the first one found. */
public enum SecondLook {
  /** It sees the same nucleus: a Dice coefficient of 0.5 or more. */
  AGREES,
  /** It sees another part of it, or parts or joins it otherwise. */
  DIFFERS,
  /** It sees no cell there. */
  UNSEEN;

  /** The word used in JSON. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
