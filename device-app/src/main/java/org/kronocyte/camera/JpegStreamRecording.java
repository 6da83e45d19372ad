package org.kronocyte.camera;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
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
 * them. Split at start- and end-of-image markers; what lies between images is passed over. Cameras'
 * frames have no embedded thumbnail, whose own end marker would split a frame early.
 */
final class JpegStreamRecording implements Recording {
  /** Larger than any frame of a 64-megapixel camera at sensible quality. */
  static final int MAX_FRAME_BYTES = 32 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(JpegStreamRecording.class);
  private static final int MARKER = 0xFF;
  private static final int START = 0xD8;
  private static final int END = 0xD9;

  private final Path file;
  private final InputStream in;
  private final int maxFrameBytes;

  JpegStreamRecording(Path file, InputStream in, int maxFrameBytes) {
    this.file = file;
    this.in = new BufferedInputStream(in, 1 << 16);
    this.maxFrameBytes = maxFrameBytes;
  }

  @Override
  public Optional<Frame> read(Instant at, FrameOrigin origin) throws ProblemException {
    byte[] jpeg;
    try {
      jpeg = nextImage();
    } catch (IOException e) {
      throw new ProblemException(
          "recording_unreadable",
          "recording " + file + " failed while reading (" + e + ")",
          "check the medium and the file's permissions",
          e);
    }
    return jpeg.length == 0 ? Optional.empty() : Optional.of(ImageReader.decode(jpeg, at, origin));
  }

  /** From one start marker to the next end marker, or to the end of the file; empty at its end. */
  private byte[] nextImage() throws IOException, ProblemException {
    if (!skipPastStart()) {
      return new byte[0];
    }
    ByteArrayOutputStream image = new ByteArrayOutputStream(1 << 16);
    image.write(MARKER);
    image.write(START);
    int previous = 0;
    int value;
    while ((value = in.read()) >= 0) {
      image.write(value);
      if (previous == MARKER && value == END) {
        break;
      }
      if (image.size() > maxFrameBytes) {
        throw new ProblemException(
            "frame_too_large",
            "a frame of recording " + file + " has more than " + maxFrameBytes + " bytes",
            "check that the file is a stream of JPEG images");
      }
      previous = value;
    }
    return image.toByteArray();
  }

  private boolean skipPastStart() throws IOException {
    int previous = 0;
    int value;
    while ((value = in.read()) >= 0) {
      if (previous == MARKER && value == START) {
        return true;
      }
      previous = value;
    }
    return false;
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
