package org.kronocyte.board;

/** How the button was pressed. */
public enum Press {
  /** Let go before the profile's long-press time: start, pause or resume. */
  SHORT,
  /** Held for the profile's long-press time: finish the slide. Told while still held. */
  LONG
}
