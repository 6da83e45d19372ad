package org.kronocyte.camera;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.kronocyte.image.Frame;
import org.kronocyte.image.FrameOrigin;
import org.kronocyte.problem.ProblemException;

class JpegStreamSourceTest extends FrameSourceContract {
  private final FakeTime time = new FakeTime();

  @Override
  FrameSource source() throws Exception {
    return new MjpegSource(stream(jpeg(1), jpeg(2), jpeg(3)), Pace.unpaced(time));
  }

  @Override
  FrameSource sourceWithABadItem() throws Exception {
    byte[] hollow = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xD9};
    return new MjpegSource(stream(jpeg(1), hollow, jpeg(3)), Pace.unpaced(time));
  }

  @Test
  void bytesBetweenImagesArePassedOver() throws Exception {
    Path file =
        stream(jpeg(1), "--boundary\r\n".getBytes(StandardCharsets.US_ASCII), jpeg(2), new byte[9]);
    try (FrameSource source = new MjpegSource(file, Pace.unpaced(time))) {
      source.next(SECOND).orElseThrow().close();
      source.next(SECOND).orElseThrow().close();
      assertTrue(source.next(SECOND).isEmpty());
      assertTrue(source.exhausted());
    }
  }

  @Test
  void aStreamThatStopsInAnImageSaysSoOnce() throws Exception {
    byte[] last = jpeg(2);
    Path file = stream(jpeg(1), Arrays.copyOf(last, last.length / 2));
    try (FrameSource source = new MjpegSource(file, Pace.unpaced(time))) {
      source.next(SECOND).orElseThrow().close();
      ProblemException e = assertThrows(ProblemException.class, () -> source.next(SECOND));
      assertEquals("image_truncated", e.problem().code());
      assertTrue(source.next(SECOND).isEmpty());
    }
  }

  @Test
  void aFrameWithoutItsEndCostsNoOther() throws Exception {
    byte[] cut = jpeg(2);
    Path file = stream(jpeg(1), Arrays.copyOf(cut, cut.length - 40), jpeg(3));
    try (FrameSource source = new MjpegSource(file, Pace.unpaced(time))) {
      source.next(SECOND).orElseThrow().close();
      ProblemException e = assertThrows(ProblemException.class, () -> source.next(SECOND));
      assertEquals("image_truncated", e.problem().code());
      try (Frame third = source.next(SECOND).orElseThrow()) {
        assertEquals(file + "/frame-2", third.origin().name());
      }
      assertTrue(source.next(SECOND).isEmpty());
    }
  }

  @Test
  void aThumbnailIsPartOfItsImage() throws Exception {
    byte[] thumbnail = jpeg(9);
    byte[] whole = jpeg(1);
    ByteArrayOutputStream with = new ByteArrayOutputStream();
    with.write(whole, 0, 2);
    int length = thumbnail.length + 2;
    with.write(new byte[] {(byte) 0xFF, (byte) 0xE1, (byte) (length >> 8), (byte) length});
    with.write(thumbnail);
    with.write(whole, 2, whole.length - 2);
    try (FrameSource source =
        new MjpegSource(stream(with.toByteArray(), jpeg(2)), Pace.unpaced(time))) {
      try (Frame first = source.next(SECOND).orElseThrow()) {
        assertEquals(32, first.width());
      }
      source.next(SECOND).orElseThrow().close();
      assertTrue(source.next(SECOND).isEmpty());
    }
  }

  @Test
  void damageWithinAnImagesHeadCostsNoOther() throws Exception {
    byte[] damaged = jpeg(2);
    damaged[2] = 0;
    try (FrameSource source =
        new MjpegSource(stream(jpeg(1), damaged, jpeg(3)), Pace.unpaced(time))) {
      source.next(SECOND).orElseThrow().close();
      assertThrows(ProblemException.class, () -> source.next(SECOND));
      source.next(SECOND).orElseThrow().close();
      assertTrue(source.next(SECOND).isEmpty());
    }
  }

  @Test
  void aFrameWithoutEndIsBounded() {
    byte[] endless = new byte[5000];
    endless[0] = (byte) 0xFF;
    endless[1] = (byte) 0xD8;
    var recording =
        new JpegStreamRecording(Path.of("x.mjpeg"), new ByteArrayInputStream(endless), 1000);
    FrameOrigin origin = new FrameOrigin("x", FrameOrigin.Kind.STORED);
    ProblemException e =
        assertThrows(ProblemException.class, () -> recording.read(Instant.EPOCH, origin));
    assertEquals("frame_too_large", e.problem().code());
  }

  @Test
  void pacedFramesComeAtTheirTime() throws Exception {
    Pace tenth = new Pace(Duration.ofMillis(100), time, time, time);
    try (FrameSource source = new MjpegSource(stream(jpeg(1), jpeg(2)), tenth)) {
      Instant start = time.instant();
      source.next(SECOND).orElseThrow().close();
      assertTrue(source.next(Duration.ofMillis(40)).isEmpty());
      try (Frame second = source.next(SECOND).orElseThrow()) {
        assertEquals(start.plusMillis(100), second.capturedAt());
      }
    }
  }

  @Test
  void anotherFormatIsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("film.mp4"), "ftypisom");
    ProblemException e =
        assertThrows(
            ProblemException.class, () -> new MjpegSource(file, Pace.unpaced(time)).close());
    assertEquals("recording_unsupported", e.problem().code());
  }

  private static byte[] jpeg(long seed) throws Exception {
    return TestImages.encoded("jpg", 32, 24, seed);
  }

  private Path stream(byte[]... parts) throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.write(part);
    }
    return Files.write(folder.resolve("film.mjpeg"), all.toByteArray());
  }
}
