package org.kronocyte.app;

import org.kronocyte.classify.CropSink;
import org.kronocyte.image.FrameOrigin;
import org.kronocyte.image.Scale;

/** Shown the cells of each field that is read, on the reading thread. */
interface CellTap {
  /** Looks at nothing. */
  CellTap NONE = (origin, scale) -> CropSink.NONE;

  /**
   * The cells of a field are about to be named; whether it will be counted is open.
   *
   * @return who is shown them
   */
  CropSink field(FrameOrigin origin, Scale scale);
}
