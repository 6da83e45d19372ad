package org.kronocyte.classify;

import java.nio.ByteBuffer;

/** Shown each cell of a field with the very crop it was named by, on the classifying thread. */
public interface CropSink {
  /** Looks at nothing. */
  CropSink NONE = (cell, crop) -> {};

  /**
   * One cell, in the field's order.
   *
   * @param crop {@code [side,side,3]} as the network got it; valid during the call only, not to be
   *     modified
   */
  void take(ClassifiedCell cell, ByteBuffer crop);
}
