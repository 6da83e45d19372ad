package org.kronocyte.segment;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.kronocyte.image.Box;

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
  private final byte[] green;
  private final int width;

  private NucleusContrast(double redCellDensity, byte[] green, int width) {
    this.redCellDensity = redCellDensity;
    this.green = green;
    this.width = width;
  }

  /**
   * Finds the density of a field's red cells.
   *
   * @param green density at the model's scale, {@code [H,W]}
   * @param cells all white cells of the field
   */
  static NucleusContrast of(byte[] green, int width, List<CellOutline> cells) {
    int[] densities = histogram(green);
    for (CellOutline cell : cells) {
      Box box = cell.box();
      int i = 0;
      for (int y = 0; y < box.height(); y++) {
        int at = (box.y() + y) * width + box.x();
        for (int x = 0; x < box.width(); x++, i++) {
          if (cell.parts()[i] != Segmentation.BACKGROUND) {
            densities[green[at + x] & 0xff]--;
          }
        }
      }
    }
    Arrays.fill(densities, 0, STAINED + 1, 0);
    return new NucleusContrast(median(densities, MIN_RED_CELL_SHARE * green.length), green, width);
  }

  /** Two tables in turn: increments of one entry wait for each other. */
  private static int[] histogram(byte[] values) {
    int[] even = new int[256];
    int[] odd = new int[256];
    int i = 0;
    for (; i + 1 < values.length; i += 2) {
      even[values[i] & 0xff]++;
      odd[values[i + 1] & 0xff]++;
    }
    if (i < values.length) {
      even[values[i] & 0xff]++;
    }
    for (int v = 0; v < even.length; v++) {
      even[v] += odd[v];
    }
    return even;
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
  OptionalDouble of(CellOutline cell) {
    if (redCellDensity == 0 || cell.nucleus() == 0) {
      return OptionalDouble.empty();
    }
    Box box = cell.box();
    long sum = 0;
    int i = 0;
    for (int y = 0; y < box.height(); y++) {
      int at = (box.y() + y) * width + box.x();
      for (int x = 0; x < box.width(); x++, i++) {
        sum += cell.parts()[i] == Segmentation.NUCLEUS ? green[at + x] & 0xff : 0;
      }
    }
    return OptionalDouble.of((double) sum / cell.nucleus() / redCellDensity);
  }
}
