package org.kronocyte.segment;

import java.util.Arrays;
import java.util.OptionalDouble;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.PixelArena;
import org.opencv.core.Core;
import org.opencv.core.Mat;

/**
 * How much denser each cell's nucleus is than the field's red cells, in green light, where both
 * absorb: a check of the network by physics, since stains and cameras change hues but not this
 * order.
 *
 * <p>The red cells' density is the median of all stained pixels that belong to no white cell.
 */
final class NucleusContrast {
  /** Density (of 255) above which a pixel holds something: 0.1 OD. */
  private static final int STAINED = 17;

  /** Least share of a field's pixels in red cells for their density to mean something. */
  private static final double MIN_RED_CELL_SHARE = 0.02;

  private final double redCellDensity;
  private final long[] sum;
  private final int[] pixels;

  private NucleusContrast(double redCellDensity, long[] sum, int[] pixels) {
    this.redCellDensity = redCellDensity;
    this.sum = sum;
    this.pixels = pixels;
  }

  /**
   * Measures all cells of a field in one pass.
   *
   * @param field at the model's scale
   * @param classes of its pixels
   * @param labels of its pixels, 0 or the cell's id
   * @param cells highest id
   */
  static NucleusContrast of(OpticalDensity field, byte[] classes, int[] labels, int cells) {
    byte[] green = green(field);
    int[] redCells = new int[256];
    long[] sum = new long[cells + 1];
    int[] pixels = new int[cells + 1];
    for (int i = 0; i < green.length; i++) {
      int density = green[i] & 0xff;
      if (labels[i] == 0) {
        redCells[density > STAINED ? density : 0]++;
      } else if (classes[i] == Segmentation.NUCLEUS) {
        sum[labels[i]] += density;
        pixels[labels[i]]++;
      }
    }
    redCells[0] = 0;
    return new NucleusContrast(median(redCells, MIN_RED_CELL_SHARE * green.length), sum, pixels);
  }

  private static byte[] green(OpticalDensity field) {
    try (PixelArena arena = new PixelArena()) {
      Mat plane = arena.mat();
      Core.extractChannel(field.rgb(), plane, 1);
      byte[] out = new byte[field.width() * field.height()];
      plane.get(0, 0, out);
      return out;
    }
  }

  /** 0 if there are too few pixels. */
  private static double median(int[] histogram, double least) {
    long all = Arrays.stream(histogram).asLongStream().sum();
    if (all < least) {
      return 0;
    }
    long below = 0;
    int value = 0;
    while (value < 255 && 2 * (below + histogram[value]) < all) {
      below += histogram[value++];
    }
    return value;
  }

  /** Of one cell; empty without a nucleus or without red cells to compare with. */
  OptionalDouble of(int id) {
    if (redCellDensity == 0 || pixels[id] == 0) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of((double) sum[id] / pixels[id] / redCellDensity);
  }
}
