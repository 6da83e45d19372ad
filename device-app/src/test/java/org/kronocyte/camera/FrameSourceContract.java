package org.kronocyte.camera;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.image.Frame;
import org.kronocyte.image.Natives;
import org.kronocyte.problem.ProblemException;
import org.opencv.core.CvType;

/** What every source of frames must do. */
abstract class FrameSourceContract {
  static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir Path folder;

  @BeforeAll
  static void natives() throws ProblemException {
    Natives.load();
  }

  /** A source with at least three good frames, all of one kind. */
  abstract FrameSource source() throws Exception;

  /**
   * A source whose second item is bad and whose third is good; null if none of its items can be.
   */
  abstract FrameSource sourceWithABadItem() throws Exception;

  @Test
  void framesAreWholeNamedApartAndOfTheSourcesKind() throws Exception {
    try (FrameSource source = source()) {
      Set<String> names = new HashSet<>();
      for (int i = 0; i < 3; i++) {
        try (Frame frame = source.next(SECOND).orElseThrow()) {
          assertEquals(CvType.CV_8UC3, frame.bgr().type());
          assertTrue(names.add(frame.origin().name()), frame.origin().name());
          assertEquals(source.simulated(), frame.origin().simulated());
        }
      }
      assertFalse(source.describe().isBlank());
    }
  }

  @Test
  void framesOwnTheirPixels() throws Exception {
    try (FrameSource source = source();
        Frame first = source.next(SECOND).orElseThrow()) {
      double[] before = first.bgr().get(3, 3);
      try (Frame second = source.next(SECOND).orElseThrow()) {
        second.bgr().put(3, 3, 255 - before[0], 255 - before[1], 255 - before[2]);
      }
      assertEquals(before[0], first.bgr().get(3, 3)[0]);
    }
  }

  @Test
  void aLiveSourceGoesOnAndAnyOtherEnds() throws Exception {
    try (FrameSource source = source()) {
      int frames = 0;
      while (frames < 8 && !source.exhausted()) {
        Optional<Frame> frame = source.next(SECOND);
        frame.ifPresent(Frame::close);
        frames += frame.isPresent() ? 1 : 0;
      }
      assertEquals(!source.live(), source.exhausted());
      if (!source.live()) {
        assertTrue(source.next(SECOND).isEmpty());
      }
    }
  }

  @Test
  void aClosedSourceGivesNothingAndMayBeClosedAgain() throws Exception {
    FrameSource source = source();
    source.next(SECOND).orElseThrow().close();
    source.close();
    assertTrue(source.next(SECOND).isEmpty());
    assertTrue(source.exhausted());
    source.close();
  }

  @Test
  void aBadItemIsAProblemOnceAndTheNextIsDelivered() throws Exception {
    try (FrameSource source = sourceWithABadItem()) {
      if (source == null) {
        return;
      }
      source.next(SECOND).orElseThrow().close();
      assertThrows(ProblemException.class, () -> source.next(SECOND));
      assertFalse(source.exhausted());
      source.next(SECOND).orElseThrow().close();
    }
  }
}
