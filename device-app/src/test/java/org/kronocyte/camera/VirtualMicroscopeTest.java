package org.kronocyte.camera;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.kronocyte.camera.virtual.SmearRecipe;
import org.kronocyte.camera.virtual.VirtualField;
import org.kronocyte.camera.virtual.VirtualMicroscope;
import org.kronocyte.camera.virtual.VirtualSmear;
import org.kronocyte.image.Frame;

class VirtualMicroscopeTest extends FrameSourceContract {
  private final FakeTime time = new FakeTime();

  @Override
  VirtualMicroscope source() {
    VirtualSmear smear = new VirtualSmear(11, SmearRecipe.blood().withSize(96, 64));
    return new VirtualMicroscope(smear, time, new Pace(Duration.ofMillis(500), time, time, time));
  }

  /** Drawing can't fail. */
  @Override
  FrameSource sourceWithABadItem() {
    return null;
  }

  @Test
  void everyFrameSaysThatItIsSimulated() throws Exception {
    try (VirtualMicroscope microscope = source();
        Frame frame = microscope.next(SECOND).orElseThrow()) {
      assertTrue(microscope.simulated());
      assertTrue(frame.origin().simulated());
      assertEquals("virtual:11/field-0", frame.origin().name());
      assertTrue(microscope.describe().contains("simulated"), microscope.describe());
      assertEquals(0.1, microscope.umPerPx());
    }
  }

  @Test
  void keepsItsPace() throws Exception {
    try (VirtualMicroscope microscope = source()) {
      Instant start = time.instant();
      for (int i = 0; i < 5; i++) {
        microscope.next(SECOND).orElseThrow().close();
      }
      assertEquals(Duration.ofSeconds(2), Duration.between(start, time.instant()));
      assertTrue(microscope.next(Duration.ofMillis(10)).isEmpty());
    }
  }

  @Test
  void aClockSetBackDoesNotStopIt() throws Exception {
    try (VirtualMicroscope microscope = source()) {
      microscope.next(SECOND).orElseThrow().close();
      time.setBack(Duration.ofDays(1));
      microscope.next(SECOND).orElseThrow().close();
    }
  }

  @Test
  void oneSeedGivesOneSequence() throws Exception {
    try (VirtualMicroscope a = source();
        VirtualMicroscope b = source()) {
      for (int i = 0; i < 5; i++) {
        try (Frame x = a.next(SECOND).orElseThrow();
            Frame y = b.next(SECOND).orElseThrow()) {
          assertArrayEquals(pixels(x), pixels(y));
        }
      }
    }
  }

  /** The quality gate needs blurred and repeated fields, with new noise, to have work to do. */
  @Test
  void someFramesAreBlurredAndSomeFieldsComeTwice() throws Exception {
    try (VirtualMicroscope microscope = source()) {
      int blurred = 0;
      int repeated = 0;
      VirtualField.Truth before = null;
      byte[] pixelsBefore = new byte[0];
      for (int i = 0; i < 200; i++) {
        try (Frame frame = microscope.next(SECOND).orElseThrow()) {
          VirtualField.Truth truth = microscope.truth(frame.origin().name()).orElseThrow();
          blurred += Math.abs(truth.view().defocusUm()) > 2 ? 1 : 0;
          if (before != null && truth.fieldIndex() == before.fieldIndex()) {
            repeated++;
            assertNotEquals(Arrays.hashCode(pixelsBefore), Arrays.hashCode(pixels(frame)));
          }
          before = truth;
          pixelsBefore = pixels(frame);
        }
      }
      assertTrue(blurred >= 6 && blurred <= 30, "blurred " + blurred);
      assertTrue(repeated >= 8 && repeated <= 36, "repeated " + repeated);
    }
  }

  @Test
  void onlyRecentTruthIsKept() throws Exception {
    try (VirtualMicroscope microscope = source()) {
      for (int i = 0; i < 260; i++) {
        microscope.next(SECOND).orElseThrow().close();
      }
      assertTrue(microscope.truth("virtual:11/field-3").isEmpty());
      assertTrue(microscope.truth("virtual:11/field-4").isPresent());
      assertTrue(microscope.truth("virtual:12/field-4").isEmpty());
    }
  }

  private static byte[] pixels(Frame frame) {
    byte[] bytes = new byte[frame.width() * frame.height() * 3];
    frame.bgr().get(0, 0, bytes);
    return bytes;
  }
}
