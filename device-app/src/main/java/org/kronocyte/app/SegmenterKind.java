package org.kronocyte.app;

/** Which engine finds cells. */
public enum SegmenterKind {
  /** The int8 network of the model pack. */
  NETWORK,
  /** Thresholds, morphology and watershed; needs no model, and is worse. */
  CLASSICAL
}
