package org.kronocyte.camera;

import java.time.Instant;
import java.util.Optional;
import org.kronocyte.image.Frame;
import org.kronocyte.image.FrameOrigin;
import org.kronocyte.problem.ProblemException;

/** A file of frames read from front to back. */
interface Recording {
  /**
   * The next frame, empty at the end.
   *
   * @throws ProblemException if this frame is bad; the next call goes on behind it
   */
  Optional<Frame> read(Instant at, FrameOrigin origin) throws ProblemException;

  void close();
}
