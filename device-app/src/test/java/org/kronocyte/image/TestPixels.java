package org.kronocyte.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Scanner;
import java.util.SplittableRandom;
import org.kronocyte.camera.virtual.VirtualField;
import org.opencv.core.CvType;
import org.opencv.core.Mat;

/** Images from arrays and back, for tests that compare pixel by pixel. */
public final class TestPixels {
  private TestPixels() {}

  /** A frame of BGR bytes; the caller closes it. */
  public static Frame frame(byte[] bgr, int width, int height) {
    return new Frame(
        mat(bgr, width, height),
        Instant.EPOCH,
        new FrameOrigin("drawn", FrameOrigin.Kind.SIMULATED));
  }

  public static Frame frame(VirtualField field) {
    return frame(field.bgr(), field.width(), field.height());
  }

  /** Density of RGB bytes; the caller closes it. */
  public static OpticalDensity density(byte[] rgb, int width, int height) {
    return new OpticalDensity(mat(rgb, width, height));
  }

  public static byte[] noise(int bytes, long seed) {
    byte[] out = new byte[bytes];
    new SplittableRandom(seed).nextBytes(out);
    return out;
  }

  /** Every byte of an 8-bit image, row by row. */
  public static byte[] bytes(Mat image) {
    byte[] out = new byte[(int) (image.total() * image.channels())];
    image.get(0, 0, out);
    return out;
  }

  public static byte[] bytes(OpticalDensity density) {
    return bytes(density.rgb());
  }

  /** Resident memory of this process. */
  public static long residentBytes() {
    try (Scanner statm = new Scanner(Path.of("/proc/self/statm"), StandardCharsets.US_ASCII)) {
      statm.nextLong();
      return 4096 * statm.nextLong();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Mat mat(byte[] values, int width, int height) {
    Mat out = new Mat(height, width, CvType.CV_8UC3);
    out.put(0, 0, values);
    return out;
  }
}
