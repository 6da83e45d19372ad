package org.kronocyte.camera;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.kronocyte.image.Frame;
import org.kronocyte.image.FrameOrigin;
import org.kronocyte.image.ImageReader;
import org.kronocyte.problem.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * JPEG images one after another, as {@code v4l2-ctl --stream-to} and many network cameras write
 * them. Cut by {@link JpegSplitter}: a frame without its end is bad, the one after it is not.
 */
final class JpegStreamRecording implements Recording {
  /** Larger than any frame of a 64-megapixel camera at sensible quality. */
  static final int MAX_FRAME_BYTES = 32 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(JpegStreamRecording.class);

  private final Path file;
  private final InputStream in;
  private final JpegSplitter images;

  JpegStreamRecording(Path file, InputStream in, int maxFrameBytes) {
    this.file = file;
    this.in = in;
    this.images = new JpegSplitter(in, maxFrameBytes);
  }

  @Override
  public Optional<Frame> read(Instant at, FrameOrigin origin) throws ProblemException {
    byte[] jpeg;
    try {
      jpeg = images.next();
    } catch (JpegSplitter.TooLargeException e) {
      throw new ProblemException(
          "frame_too_large",
          "a frame of recording " + file + " has " + e.getMessage(),
          "check that the file is a stream of JPEG images",
          e);
    } catch (IOException e) {
      throw new ProblemException(
          "recording_unreadable",
          "recording " + file + " failed while reading (" + e + ")",
          "check the medium and the file's permissions",
          e);
    }
    return jpeg.length == 0 ? Optional.empty() : Optional.of(ImageReader.decode(jpeg, at, origin));
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      LOG.warn("closing recording {} failed", file, e);
    }
  }
}
