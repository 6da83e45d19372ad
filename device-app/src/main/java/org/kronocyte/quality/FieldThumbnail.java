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

  /** How many values a thumbnail has. */
  public static final int PIXELS = WIDTH * HEIGHT;

  /** Thumbnail pixels that a stage may have crept between two looks at one place. */
  private static final int MAX_SHIFT = 3;

  public FieldThumbnail {
    if (values.length != PIXELS) {
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
    return framed().likeness(other.framed());
  }

  /** Ready to be compared many times. */
  Framed framed() {
    return new Framed(values);
  }

  /**
   * A thumbnail with zeros to the right of each row and above and below, as far as it is ever
   * shifted. The product of two is then one run through memory, which is quick, and needs no look
   * at borders.
   */
  static final class Framed {
    private static final int STRIDE = WIDTH + MAX_SHIFT;
    private static final int FIRST = MAX_SHIFT * STRIDE + MAX_SHIFT;

    private final int[] pixels = new int[(HEIGHT + 2 * MAX_SHIFT) * STRIDE + 2 * MAX_SHIFT];

    /** Sums of all values, and of their squares, above and to the left of a place. */
    private final int[] sums = new int[(WIDTH + 1) * (HEIGHT + 1)];

    private final int[] squares = new int[(WIDTH + 1) * (HEIGHT + 1)];

    private Framed(int[] values) {
      for (int y = 0; y < HEIGHT; y++) {
        System.arraycopy(values, y * WIDTH, pixels, FIRST + y * STRIDE, WIDTH);
        int sum = 0;
        int square = 0;
        for (int x = 0; x < WIDTH; x++) {
          int value = values[y * WIDTH + x];
          sum += value;
          square += value * value;
          int above = y * (WIDTH + 1) + x + 1;
          sums[above + WIDTH + 1] = sums[above] + sum;
          squares[above + WIDTH + 1] = squares[above] + square;
        }
      }
    }

    /** As {@link FieldThumbnail#likeness}. */
    double likeness(Framed other) {
      double best = -1;
      for (int dy = -MAX_SHIFT; dy <= MAX_SHIFT; dy++) {
        for (int dx = -MAX_SHIFT; dx <= MAX_SHIFT; dx++) {
          best = Math.max(best, correlation(other, dx, dy));
        }
      }
      return best;
    }

    /** Of the pixels both have when the other is shifted. */
    private double correlation(Framed other, int dx, int dy) {
      double n = (WIDTH - Math.abs(dx)) * (HEIGHT - Math.abs(dy));
      double a = within(sums, dx, dy);
      double b = within(other.sums, -dx, -dy);
      double spread =
          (within(squares, dx, dy) - a * a / n) * (within(other.squares, -dx, -dy) - b * b / n);
      return spread <= 0
          ? 0
          : (product(pixels, other.pixels, dy * STRIDE + dx) - a * b / n) / Math.sqrt(spread);
    }

    /** The sum over the part of this that another one shifted by so much covers. */
    private static int within(int[] sums, int dx, int dy) {
      int left = Math.max(0, dx);
      int right = Math.min(WIDTH, WIDTH + dx);
      int top = Math.max(0, dy) * (WIDTH + 1);
      int bottom = Math.min(HEIGHT, HEIGHT + dy) * (WIDTH + 1);
      return sums[bottom + right] - sums[bottom + left] - sums[top + right] + sums[top + left];
    }

    private static int product(int[] here, int[] there, int shift) {
      int sum = 0;
      for (int i = FIRST; i < FIRST + HEIGHT * STRIDE; i++) {
        sum += here[i] * there[i - shift];
      }
      return sum;
    }
  }
}
