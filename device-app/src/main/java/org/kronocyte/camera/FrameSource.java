package org.kronocyte.camera;

import java.time.Duration;
import java.util.Optional;
import org.kronocyte.image.Frame;
import org.kronocyte.problem.ProblemException;

/**
 * A supply of frames. One thread calls {@link #next}; {@link #close()} may come from another.
 *
 * <p>A source never turns into another kind of source: a camera that is gone is an error, never a
 * simulation.
 */
public interface FrameSource extends AutoCloseable {
  /**
   * What this is, for logs and status, e.g. {@code folder /data/slide-7} or {@code camera
   * /dev/video0 1280x960}.
   */
  String describe();

  /** Whether the pixels are drawn, not seen. Constant for the life of a source. */
  boolean simulated();

  /**
   * Whether frames appear at their own pace. A frame of a live source may be dropped when later
   * stages are busy; a frame of any other source must not be.
   */
  boolean live();

  /**
   * Waits for the next frame; the caller closes it.
   *
   * @return empty if none came within the timeout or the source is {@link #exhausted()}
   * @throws ProblemException if one item can't be read (the next call goes on with the next item)
   *     or the device failed (the next call tries to reconnect)
   */
  Optional<Frame> next(Duration timeout) throws ProblemException, InterruptedException;

  /** True once no further frame can come. A live source is never exhausted. */
  boolean exhausted();

  @Override
  void close();
}
