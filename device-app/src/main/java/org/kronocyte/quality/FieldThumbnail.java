package org.kronocyte.quality;

import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.PixelArena;
import org.opencv.core.Core;
import org.opencv.core.Mat;
import org.opencv.core.Size;
import org.opencv.imgproc.Imgproc;

/**
 * A field in a few hundred green-density pixels, to tell whether two fields are the same place.
 *
 * @param values row-major, {@link #WIDTH} x {@link #HEIGHT}, 0 to 255
 */
public record FieldThumbnail(int[] values) {
  static final int WIDTH = 40;
  static final int HEIGHT = 30;

  /** Thumbnail pixels that a stage may have crept between two looks at one place. */
  private static final int MAX_SHIFT = 3;

  public FieldThumbnail {
    if (values.length != WIDTH * HEIGHT) {
      throw new IllegalArgumentException("a thumbnail of " + values.length + " pixels");
    }
  }

  /** From what {@link #bytes} gave. */
  public static FieldThumbnail ofBytes(byte[] bytes) {
    int[] values = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      values[i] = bytes[i] & 0xff;
    }
    return new FieldThumbnail(values);
  }

  /** To be kept: a byte a pixel, row-major. */
  public byte[] bytes() {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  static FieldThumbnail of(OpticalDensity field) {
    try (PixelArena arena = new PixelArena()) {
      Mat green = arena.mat();
      Core.extractChannel(field.rgb(), green, 1);
      Mat small = arena.mat();
      Imgproc.resize(green, small, new Size(WIDTH, HEIGHT), 0, 0, Imgproc.INTER_AREA);
      return ofBytes(Pixels.of(small).values());
    }
  }

  double shareAbove(int density) {
    int above = 0;
    for (int v : values) {
      above += v > density ? 1 : 0;
    }
    return (double) above / values.length;
  }

  /**
   * The best correlation coefficient of two thumbnails over small shifts, -1 to 1; 1 means the same
   * picture.
   */
  double likeness(FieldThumbnail other) {
    double best = -1;
    for (int dy = -MAX_SHIFT; dy <= MAX_SHIFT; dy++) {
      for (int dx = -MAX_SHIFT; dx <= MAX_SHIFT; dx++) {
        best = Math.max(best, correlation(other, dx, dy));
      }
    }
    return best;
  }

  private double correlation(FieldThumbnail other, int dx, int dy) {
    double n = 0;
    double a = 0;
    double b = 0;
    double aa = 0;
    double bb = 0;
    double ab = 0;
    for (int y = Math.max(0, dy); y < Math.min(HEIGHT, HEIGHT + dy); y++) {
      for (int x = Math.max(0, dx); x < Math.min(WIDTH, WIDTH + dx); x++) {
        double p = values[y * WIDTH + x];
        double q = other.values[(y - dy) * WIDTH + x - dx];
        n++;
        a += p;
        b += q;
        aa += p * p;
        bb += q * q;
        ab += p * q;
      }
    }
    double spread = (aa - a * a / n) * (bb - b * b / n);
    return spread <= 0 ? 0 : (ab - a * b / n) / Math.sqrt(spread);
  }
}
