package org.kronocyte.camera;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.kronocyte.image.Frame;
import org.kronocyte.image.FrameOrigin;
import org.kronocyte.problem.ProblemException;

/**
 * A recording of a camera: an AVI file with Motion-JPEG frames, or a plain stream of JPEG images.
 * Told apart by content, not by name. Frames are named {@code <file>/frame-<n>}, n from 0, bad ones
 * counted; their time is that of reading.
 *
 * <p>Problems: {@code recording_unreadable}, {@code recording_unsupported}, {@code frame_too_large}
 * and those of the image reader.
 */
public final class MjpegSource implements FrameSource {
  private final Path file;
  private final Recording recording;
  private final Pace pace;
  private final Object reading = new Object();
  private long frames;
  private volatile boolean exhausted;

  /** Opens the file; delivers at the given pace. */
  public MjpegSource(Path file, Pace pace) throws ProblemException {
    this.file = file;
    this.pace = pace;
    this.recording = open(file);
  }

  private static Recording open(Path file) throws ProblemException {
    try {
      byte[] start;
      try (InputStream in = Files.newInputStream(file)) {
        start = in.readNBytes(4);
      }
      if (Arrays.equals(start, "RIFF".getBytes(StandardCharsets.US_ASCII))) {
        return new AviRecording(file, OpenCvCapture.aviFile(file));
      }
      if (start.length >= 2 && start[0] == (byte) 0xFF && start[1] == (byte) 0xD8) {
        return new JpegStreamRecording(
            file, Files.newInputStream(file), JpegStreamRecording.MAX_FRAME_BYTES);
      }
    } catch (IOException e) {
      throw new ProblemException(
          "recording_unreadable",
          "recording " + file + " can't be opened (" + e + ")",
          "check the path and the file's permissions",
          e);
    }
    throw new ProblemException(
        "recording_unsupported",
        "recording " + file + " begins neither as an AVI nor as a JPEG",
        "convert it: ffmpeg -i " + file.getFileName() + " -c:v mjpeg -q:v 2 -an out.avi");
  }

  @Override
  public String describe() {
    return "recording " + file;
  }

  @Override
  public boolean simulated() {
    return false;
  }

  @Override
  public boolean live() {
    return false;
  }

  @Override
  public Optional<Frame> next(Duration timeout) throws ProblemException, InterruptedException {
    if (exhausted || !pace.await(timeout)) {
      return Optional.empty();
    }
    synchronized (reading) {
      if (exhausted) {
        return Optional.empty();
      }
      FrameOrigin origin = new FrameOrigin(file + "/frame-" + frames++, FrameOrigin.Kind.STORED);
      Optional<Frame> frame = recording.read(pace.now(), origin);
      exhausted = frame.isEmpty();
      return frame;
    }
  }

  @Override
  public boolean exhausted() {
    return exhausted;
  }

  @Override
  public void close() {
    exhausted = true;
    synchronized (reading) {
      recording.close();
    }
  }
}
