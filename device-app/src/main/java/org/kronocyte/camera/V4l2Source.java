package org.kronocyte.camera;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.kronocyte.image.Frame;
import org.kronocyte.image.FrameOrigin;
import org.kronocyte.image.PixelArena;
import org.kronocyte.problem.ProblemException;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A UVC or other V4L2 camera. A camera that is missing ({@code camera_missing}) or stops ({@code
 * camera_lost}) is an error each time it is tried; between tries, which come at growing distances
 * up to 30 s, {@link #next} waits out its timeout and returns empty. One that gives frames of
 * another size than asked for is an error once a connection ({@code camera_mode}).
 *
 * <p>While the driver has no frame, a read lasts until the driver's own limit (OpenCV: 10 s), even
 * beyond the timeout, and {@link #close()} waits for it.
 *
 * <p>Reconnecting is tested with a scripted device; no real camera has been run with this class.
 */
public final class V4l2Source implements FrameSource {
  private static final Logger LOG = LoggerFactory.getLogger(V4l2Source.class);
  private static final String REMEDY =
      "check the cable and power, that the user is in the device's group ('kronocyte' by our udev"
          + " rules, else 'video'), and the name with 'v4l2-ctl --list-devices'";

  private final CameraSettings settings;
  private final Capture capture;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Sleeper sleeper;
  private final BackOff backOff;
  private final Object device = new Object();
  private final PixelArena arena = new PixelArena();
  private final Mat captured;

  private long failedNanos;
  private Duration pause = Duration.ZERO;
  private boolean connected;

  /** Whether the size of this connection's frames was looked at. */
  private boolean sizeKnown;

  private long frames;
  private volatile String mode;
  private volatile boolean closed;

  /**
   * Doesn't touch the device until the first {@link #next}.
   *
   * @param clock tells when a frame was taken
   * @param nanoTime a clock that nobody can set; waits are counted on it
   */
  public V4l2Source(
      CameraSettings settings,
      InstantSource clock,
      LongSupplier nanoTime,
      Sleeper sleeper,
      RandomGenerator random) {
    this(settings, OpenCvCapture.camera(settings), clock, nanoTime, sleeper, random);
  }

  V4l2Source(
      CameraSettings settings,
      Capture capture,
      InstantSource clock,
      LongSupplier nanoTime,
      Sleeper sleeper,
      RandomGenerator random) {
    this.settings = settings;
    this.capture = capture;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.failedNanos = nanoTime.getAsLong();
    this.sleeper = sleeper;
    this.backOff = new BackOff(random);
    this.captured = arena.mat();
    this.mode = settings.width() + "x" + settings.height() + " (not open)";
  }

  @Override
  public String describe() {
    return "camera " + settings.device() + " " + mode;
  }

  @Override
  public boolean simulated() {
    return false;
  }

  @Override
  public boolean live() {
    return true;
  }

  @Override
  public Optional<Frame> next(Duration timeout) throws ProblemException, InterruptedException {
    Duration wait = pause.minusNanos(nanoTime.getAsLong() - failedNanos);
    if (!closed && wait.compareTo(Duration.ZERO) > 0) {
      boolean due = wait.compareTo(timeout) <= 0;
      sleeper.sleep(due ? wait : timeout);
      if (!due) {
        return Optional.empty();
      }
    }
    synchronized (device) {
      return closed ? Optional.empty() : Optional.of(read());
    }
  }

  private Frame read() throws ProblemException {
    if (!connected) {
      connect();
    }
    if (!capture.read(captured) || captured.type() != CvType.CV_8UC3) {
      capture.release();
      connected = false;
      throw failure("camera_lost", "gave no frame after " + frames + " frames");
    }
    backOff.reset();
    checkSize();
    FrameOrigin origin =
        new FrameOrigin(settings.device() + "/frame-" + frames++, FrameOrigin.Kind.LIVE);
    return Frame.copyOf(captured, clock.instant(), origin);
  }

  /**
   * Said once, and read on: without a configured um/px nothing is wrong, and one that was measured
   * on these frames is right.
   */
  private void checkSize() throws ProblemException {
    if (sizeKnown) {
      return;
    }
    sizeKnown = true;
    if (captured.cols() != settings.width() || captured.rows() != settings.height()) {
      throw new ProblemException(
          "camera_mode",
          "camera %s gives frames of %dx%d pixels, not of %dx%d as asked for"
              .formatted(
                  settings.device(),
                  captured.cols(),
                  captured.rows(),
                  settings.width(),
                  settings.height()),
          "set camera.width and camera.height to a size that 'v4l2-ctl --list-formats-ext' names;"
              + " a configured um/px must be that of frames as they come, else no cell is read"
              + " right");
    }
  }

  private void connect() throws ProblemException {
    if (!capture.open()) {
      capture.release();
      throw failure("camera_missing", "can't be opened");
    }
    connected = true;
    sizeKnown = false;
    mode = capture.mode();
    LOG.info("opened {}", describe());
  }

  private ProblemException failure(String code, String what) {
    pause = backOff.next();
    failedNanos = nanoTime.getAsLong();
    return new ProblemException(
        code,
        "camera "
            + settings.device()
            + " "
            + what
            + " (failure "
            + backOff.failures()
            + " in a row, next try in "
            + pause.toMillis()
            + " ms)",
        REMEDY);
  }

  @Override
  public boolean exhausted() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
    synchronized (device) {
      capture.release();
      arena.close();
    }
  }
}
