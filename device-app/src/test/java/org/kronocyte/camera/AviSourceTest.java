package org.kronocyte.camera;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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

  @Override
  FrameSource sourceWithABadItem() throws Exception {
    return new MjpegSource(spoilt(3, 1), Pace.unpaced(time));
  }

  @Test
  void aBadLastFrameIsAProblemToo() throws Exception {
    try (FrameSource source = new MjpegSource(spoilt(3, 2), Pace.unpaced(time))) {
      source.next(SECOND).orElseThrow().close();
      source.next(SECOND).orElseThrow().close();
      ProblemException e = assertThrows(ProblemException.class, () -> source.next(SECOND));
      assertEquals("image_corrupt", e.problem().code());
      assertTrue(e.problem().message().contains("film.avi/frame-2"), e.problem().message());
      assertTrue(source.next(SECOND).isEmpty());
      assertTrue(source.exhausted());
    }
  }

  /** A film of which one frame can't be decoded, its first bytes being gone. */
  private Path spoilt(int frames, int bad) throws IOException {
    Path film = film(frames);
    byte[] bytes = Files.readAllBytes(film);
    int at = -1;
    for (int i = 0; i <= bad; i++) {
      do {
        at++;
      } while (bytes[at] != (byte) 0xFF || bytes[at + 1] != (byte) 0xD8);
    }
    Arrays.fill(bytes, at, at + 4, (byte) 0);
    return Files.write(film, bytes);
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
  void eachFrameThatTheIndexSaysAndIsMissingIsAProblem() throws Exception {
    Capture cut =
        new ScriptedCapture("open frame frame end end end") {
          @Override
          public long frameCount() {
            return 4;
          }
        };
    AviRecording recording = new AviRecording(Path.of("cut.avi"), cut);
    FrameOrigin origin = new FrameOrigin("f", FrameOrigin.Kind.STORED);
    recording.read(time.instant(), origin).orElseThrow().close();
    recording.read(time.instant(), origin).orElseThrow().close();
    for (int missing = 0; missing < 2; missing++) {
      ProblemException e =
          assertThrows(ProblemException.class, () -> recording.read(time.instant(), origin));
      assertEquals("image_corrupt", e.problem().code());
    }
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
