package org.kronocyte.camera;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.kronocyte.image.Frame;
import org.kronocyte.image.FrameOrigin;
import org.kronocyte.image.PixelArena;
import org.kronocyte.problem.ProblemException;
import org.opencv.core.Mat;

/**
 * An AVI file with Motion-JPEG frames, by OpenCV's own reader (no FFmpeg needed). It counts the
 * frames of the index, and goes on behind one that it can't decode or find.
 */
final class AviRecording implements Recording {
  private final Path file;
  private final Capture capture;
  private final PixelArena arena = new PixelArena();
  private final Mat captured = arena.mat();

  /** Read, the bad ones too. */
  private long frames;

  private boolean ended;

  AviRecording(Path file, Capture capture) throws ProblemException {
    this.file = file;
    this.capture = capture;
    if (!capture.open()) {
      throw new ProblemException(
          "recording_unsupported",
          "recording " + file + " is no AVI with Motion-JPEG frames",
          "convert it: ffmpeg -i " + file.getFileName() + " -c:v mjpeg -q:v 2 -an out.avi");
    }
  }

  @Override
  public Optional<Frame> read(Instant at, FrameOrigin origin) throws ProblemException {
    if (ended) {
      return Optional.empty();
    }
    frames++;
    if (capture.read(captured)) {
      return Optional.of(Frame.copyOf(captured, at, origin));
    }
    if (frames <= capture.frameCount()) {
      throw new ProblemException(
          "image_corrupt",
          origin.name()
              + " is damaged or missing: number "
              + frames
              + " of the "
              + capture.frameCount()
              + " frames in the index of "
              + file,
          "copy the recording again from where it was made");
    }
    ended = true;
    return Optional.empty();
  }

  @Override
  public void close() {
    ended = true;
    capture.release();
    arena.close();
  }
}
