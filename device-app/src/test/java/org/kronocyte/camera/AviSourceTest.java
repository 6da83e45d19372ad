package org.kronocyte.camera;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.kronocyte.image.FrameOrigin;
import org.kronocyte.image.PixelArena;
import org.kronocyte.problem.ProblemException;
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Size;
import org.opencv.videoio.VideoWriter;
import org.opencv.videoio.Videoio;

class AviSourceTest extends FrameSourceContract {
  private final FakeTime time = new FakeTime();

  @Override
  FrameSource source() throws Exception {
    return new MjpegSource(film(3), Pace.unpaced(time));
  }

  /** OpenCV's reader stops at a damaged frame; the end is tested below instead. */
  @Override
  FrameSource sourceWithABadItem() {
    return null;
  }

  @Test
  void aFilmThatIsNoMotionJpegIsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("x.avi"), "RIFF....AVI nothing else");
    ProblemException e =
        assertThrows(
            ProblemException.class, () -> new MjpegSource(file, Pace.unpaced(time)).close());
    assertEquals("recording_unsupported", e.problem().code());
  }

  @Test
  void fewerFramesThanTheIndexSaysIsAProblemOnce() throws Exception {
    Capture cut =
        new ScriptedCapture("open frame frame end") {
          @Override
          public long frameCount() {
            return 5;
          }
        };
    AviRecording recording = new AviRecording(Path.of("cut.avi"), cut);
    FrameOrigin origin = new FrameOrigin("f", FrameOrigin.Kind.STORED);
    recording.read(time.instant(), origin).orElseThrow().close();
    recording.read(time.instant(), origin).orElseThrow().close();
    ProblemException e =
        assertThrows(ProblemException.class, () -> recording.read(time.instant(), origin));
    assertEquals("recording_truncated", e.problem().code());
    assertTrue(recording.read(time.instant(), origin).isEmpty());
    recording.close();
  }

  private Path film(int frames) {
    Path file = folder.resolve("film.avi");
    VideoWriter writer =
        new VideoWriter(
            file.toString(),
            Videoio.CAP_OPENCV_MJPEG,
            VideoWriter.fourcc('M', 'J', 'P', 'G'),
            10,
            new Size(64, 48));
    try (PixelArena arena = new PixelArena()) {
      Mat image = arena.mat(48, 64, CvType.CV_8UC3);
      for (int i = 0; i < frames; i++) {
        Core.randu(image, 0, 256);
        writer.write(image);
      }
    }
    writer.release();
    return file;
  }
}
