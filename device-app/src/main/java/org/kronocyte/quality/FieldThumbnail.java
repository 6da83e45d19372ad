package org.kronocyte.quality;

import org.kronocyte.image.OpticalDensity;

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

  private static final int ROW_STEP = 4;

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

  /** Mean density of each block of a field, of every fourth of its rows, which is plenty. */
  static FieldThumbnail of(OpticalDensity field) {
    int[] values = new int[PIXELS];
    for (int v = 0; v < HEIGHT; v++) {
      int top = v * field.height() / HEIGHT;
      int bottom = Math.max(top + 1, (v + 1) * field.height() / HEIGHT);
      for (int u = 0; u < WIDTH; u++) {
        int left = u * field.width() / WIDTH;
        int right = Math.max(left + 1, (u + 1) * field.width() / WIDTH);
        values[v * WIDTH + u] = mean(field, left, top, right, bottom);
      }
    }
    return new FieldThumbnail(values);
  }

  private static int mean(OpticalDensity field, int left, int top, int right, int bottom) {
    byte[] green = field.green();
    int sum = 0;
    int count = 0;
    for (int y = top; y < bottom; y += ROW_STEP) {
      int row = y * field.width();
      for (int i = row + left; i < row + right; i++) {
        sum += green[i] & 0xff;
      }
      count += right - left;
    }
    return (int) Math.rint((double) sum / count);
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
    return new Framed(values, WIDTH, HEIGHT, MAX_SHIFT);
  }

  /**
   * The same with half the pixels on each axis, ready to be compared. Each is the mean of 4 x 4,
   * two more than its share, so that a shift by half of one changes little.
   */
  Framed coarse() {
    int width = WIDTH / 2;
    int[] half = new int[PIXELS / 4];
    for (int i = 0; i < half.length; i++) {
      int sum = 0;
      for (int k = 0; k < 16; k++) {
        int x = Math.max(0, Math.min(WIDTH - 1, i % width * 2 - 1 + k % 4));
        int y = Math.max(0, Math.min(HEIGHT - 1, i / width * 2 - 1 + k / 4));
        sum += values[y * WIDTH + x];
      }
      half[i] = sum / 16;
    }
    return new Framed(half, width, HEIGHT / 2, (MAX_SHIFT + 1) / 2);
  }

  /**
   * A thumbnail with zeros to the right of each row and above and below, as far as it is ever
   * shifted. The product of two is then one run through memory, which is quick, and needs no look
   * at borders.
   */
  static final class Framed {
    private final int width;
    private final int height;
    private final int maxShift;
    private final int stride;
    private final int first;
    private final int[] pixels;

    /** Sums of all values, and of their squares, above and to the left of a place. */
    private final int[] sums;

    private final int[] squares;

    private Framed(int[] values, int width, int height, int maxShift) {
      this.width = width;
      this.height = height;
      this.maxShift = maxShift;
      this.stride = width + maxShift;
      this.first = maxShift * stride + maxShift;
      this.pixels = new int[(height + 2 * maxShift) * stride + 2 * maxShift];
      this.sums = new int[(width + 1) * (height + 1)];
      this.squares = new int[sums.length];
      for (int y = 0; y < height; y++) {
        System.arraycopy(values, y * width, pixels, first + y * stride, width);
        int sum = 0;
        int square = 0;
        for (int x = 0; x < width; x++) {
          int value = values[y * width + x];
          sum += value;
          square += value * value;
          int above = y * (width + 1) + x + 1;
          sums[above + width + 1] = sums[above] + sum;
          squares[above + width + 1] = squares[above] + square;
        }
      }
    }

    /** As {@link FieldThumbnail#likeness}; of another of the same size. */
    double likeness(Framed other) {
      double best = -1;
      for (int dy = -maxShift; dy <= maxShift; dy++) {
        for (int dx = -maxShift; dx <= maxShift; dx++) {
          best = Math.max(best, correlation(other, dx, dy));
        }
      }
      return best;
    }

    /** Of the pixels both have when the other is shifted. */
    private double correlation(Framed other, int dx, int dy) {
      double n = (width - Math.abs(dx)) * (height - Math.abs(dy));
      double a = within(sums, dx, dy);
      double b = within(other.sums, -dx, -dy);
      double spread =
          (within(squares, dx, dy) - a * a / n) * (within(other.squares, -dx, -dy) - b * b / n);
      return spread <= 0 ? 0 : (product(other, dy * stride + dx) - a * b / n) / Math.sqrt(spread);
    }

    /** The sum over the part of this that another one shifted by so much covers. */
    private int within(int[] table, int dx, int dy) {
      int left = Math.max(0, dx);
      int right = Math.min(width, width + dx);
      int top = Math.max(0, dy) * (width + 1);
      int bottom = Math.min(height, height + dy) * (width + 1);
      return table[bottom + right] - table[bottom + left] - table[top + right] + table[top + left];
    }

    private int product(Framed other, int shift) {
      int[] here = pixels;
      int[] there = other.pixels;
      int sum = 0;
      for (int i = first; i < first + height * stride; i++) {
        sum += here[i] * there[i - shift];
      }
      return sum;
    }
  }
}
