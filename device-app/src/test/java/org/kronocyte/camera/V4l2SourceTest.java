package org.kronocyte.camera;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.kronocyte.problem.Problem;
import org.kronocyte.problem.ProblemException;

class V4l2SourceTest extends FrameSourceContract {
  private final FakeTime time = new FakeTime();

  @Override
  FrameSource source() {
    return camera(new ScriptedCapture(""));
  }

  @Override
  FrameSource sourceWithABadItem() {
    return camera(new ScriptedCapture("open frame end open frame"));
  }

  @Test
  void aMissingCameraIsAnErrorAndNeverAPicture() {
    FrameSource source = camera(new ScriptedCapture("missing missing missing missing"));
    for (int i = 0; i < 4; i++) {
      Problem problem = problemAfterWaiting(source);
      assertEquals("camera_missing", problem.code());
      assertTrue(problem.message().contains("/dev/video7"), problem.message());
      assertTrue(problem.remedy().contains("v4l2-ctl --list-devices"), problem.remedy());
    }
    assertFalse(source.exhausted());
  }

  @Test
  void aLostCameraIsReleasedAndOpenedAgain() throws Exception {
    ScriptedCapture capture = new ScriptedCapture("open frame end missing open frame");
    FrameSource source = camera(capture);
    source.next(SECOND).orElseThrow().close();
    assertEquals("camera_lost", problemAfterWaiting(source).code());
    assertEquals(1, capture.releases);
    assertEquals("camera_missing", problemAfterWaiting(source).code());
    source.next(Duration.ofMinutes(1)).orElseThrow().close();
  }

  @Test
  void pixelsOfAnotherKindCountAsLost() {
    FrameSource source = camera(new ScriptedCapture("open grey"));
    assertEquals("camera_lost", problemAfterWaiting(source).code());
  }

  @Test
  void framesOfAnotherSizeAreSaidOnceAConnection() throws Exception {
    FrameSource source = camera(new ScriptedCapture("open small small small end open small small"));
    for (int connection = 0; connection < 2; connection++) {
      ProblemException e =
          assertThrows(ProblemException.class, () -> source.next(Duration.ofMinutes(1)));
      assertEquals("camera_mode", e.problem().code());
      assertTrue(e.problem().message().contains("32x12"), e.problem().message());
      assertTrue(e.problem().message().contains("32x24"), e.problem().message());
      source.next(SECOND).orElseThrow().close();
      if (connection == 0) {
        source.next(SECOND).orElseThrow().close();
        assertEquals("camera_lost", problemAfterWaiting(source).code());
      }
    }
  }

  @Test
  void waitsGrowToHalfAMinuteWithJitter() {
    FrameSource source = camera(new ScriptedCapture("missing ".repeat(12).strip()));
    problemAfterWaiting(source);
    for (int failure = 0; failure < 11; failure++) {
      Instant before = time.instant();
      problemAfterWaiting(source);
      long full = Math.min(30_000, 500L << failure);
      long waited = Duration.between(before, time.instant()).toMillis();
      assertTrue(waited >= full / 2 && waited <= full, failure + ": " + waited + " of " + full);
    }
  }

  @Test
  void aShortTimeoutReturnsEmptyWithoutTrying() throws Exception {
    FrameSource source = camera(new ScriptedCapture("missing open frame"));
    problemAfterWaiting(source);
    assertTrue(source.next(Duration.ofMillis(100)).isEmpty());
    source.next(SECOND).orElseThrow().close();
  }

  @Test
  void aClockSetBackDoesNotPutOffTheNextTry() throws Exception {
    FrameSource source = camera(new ScriptedCapture("missing open frame"));
    problemAfterWaiting(source);
    time.setBack(Duration.ofDays(1));
    source.next(SECOND).orElseThrow().close();
  }

  @Test
  void aFrameMakesTheWaitsShortAgain() throws Exception {
    FrameSource source =
        camera(new ScriptedCapture("missing missing missing missing open frame end"));
    for (int i = 0; i < 4; i++) {
      problemAfterWaiting(source);
    }
    source.next(Duration.ofMinutes(1)).orElseThrow().close();
    problemAfterWaiting(source);
    Instant before = time.instant();
    source.next(SECOND).orElseThrow().close();
    assertTrue(Duration.between(before, time.instant()).toMillis() <= 500);
  }

  /** Goes through OpenCV's own capture; there is no such device on any machine. */
  @Test
  void realCaptureOfAnAbsentDevice() {
    CameraSettings settings = new CameraSettings(Path.of("/dev/video-none"), 1280, 960, 30);
    try (V4l2Source source = new V4l2Source(settings, time, time, time, new Random(1))) {
      assertEquals("camera_missing", problemAfterWaiting(source).code());
    }
  }

  private static Problem problemAfterWaiting(FrameSource source) {
    return assertThrows(ProblemException.class, () -> source.next(Duration.ofMinutes(1))).problem();
  }

  private V4l2Source camera(Capture capture) {
    CameraSettings settings = new CameraSettings(Path.of("/dev/video7"), 32, 24, 10);
    return new V4l2Source(settings, capture, time, time, time, new Random(4));
  }
}
