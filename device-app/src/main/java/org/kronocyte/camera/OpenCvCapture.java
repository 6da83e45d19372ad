package org.kronocyte.camera;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.opencv.core.Mat;
import org.opencv.videoio.VideoCapture;
import org.opencv.videoio.VideoWriter;
import org.opencv.videoio.Videoio;

/** {@link Capture} by OpenCV. */
final class OpenCvCapture implements Capture {
  private final Path path;
  private final int backend;
  private final int[] parameters;
  private final VideoCapture capture = new VideoCapture();

  private OpenCvCapture(Path path, int backend, int... parameters) {
    this.path = path;
    this.backend = backend;
    this.parameters = parameters;
  }

  static OpenCvCapture camera(CameraSettings settings) {
    return new OpenCvCapture(
        settings.device(),
        Videoio.CAP_V4L2,
        // The format first: the driver offers sizes and rates by format.
        Videoio.CAP_PROP_FOURCC,
        VideoWriter.fourcc('M', 'J', 'P', 'G'),
        Videoio.CAP_PROP_FRAME_WIDTH,
        settings.width(),
        Videoio.CAP_PROP_FRAME_HEIGHT,
        settings.height(),
        Videoio.CAP_PROP_FPS,
        settings.framesPerSecond(),
        // One buffer: a frame older than the one in view is of another field.
        Videoio.CAP_PROP_BUFFERSIZE,
        1);
  }

  static OpenCvCapture aviFile(Path file) {
    return new OpenCvCapture(file, Videoio.CAP_OPENCV_MJPEG);
  }

  @Override
  public boolean open() {
    // OpenCV complains on standard error about a path that isn't there.
    if (!Files.exists(path) || !capture.open(path.toString(), backend)) {
      return false;
    }
    if (backend == Videoio.CAP_V4L2) {
      for (int i = 0; i < parameters.length; i += 2) {
        capture.set(parameters[i], parameters[i + 1]);
      }
    }
    return true;
  }

  @Override
  public boolean read(Mat into) {
    return capture.read(into) && !into.empty();
  }

  @Override
  public String mode() {
    return String.format(
        Locale.ROOT,
        "%.0fx%.0f at %.0f frames/s",
        capture.get(Videoio.CAP_PROP_FRAME_WIDTH),
        capture.get(Videoio.CAP_PROP_FRAME_HEIGHT),
        capture.get(Videoio.CAP_PROP_FPS));
  }

  @Override
  public long frameCount() {
    return Math.max(0, (long) capture.get(Videoio.CAP_PROP_FRAME_COUNT));
  }

  @Override
  public void release() {
    capture.release();
  }
}
