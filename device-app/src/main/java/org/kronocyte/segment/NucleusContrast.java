package org.kronocyte.segment;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.kronocyte.image.Box;
import org.kronocyte.image.OpticalDensity;

/**
 * How much denser each cell's nucleus is than the field's red cells, in green light, where both
 * absorb: a check of the network by physics, since stains and cameras change hues but not this
 * order.
 *
 * <p>The red cells' density is the median of all stained pixels that belong to no white cell, in
 * every fourth row, which is plenty.
 */
final class NucleusContrast {
  /** Density (of 255) above which a pixel holds something: 0.1 OD. */
  private static final int STAINED = 17;

  /** Least share of a field's pixels in red cells for their density to mean something. */
  private static final double MIN_RED_CELL_SHARE = 0.02;

  private static final int ROW_STEP = 4;

  /** Optical density (base 10); 0 if there are too few red cells. */
  private final double redCellOd;

  private NucleusContrast(double redCellOd) {
    this.redCellOd = redCellOd;
  }

  /**
   * Finds the density of a field's red cells.
   *
   * @param green density at the model's scale, {@code [H,W]}
   * @param cells all white cells of the field
   */
  static NucleusContrast of(byte[] green, int width, List<CellOutline> cells) {
    int[] densities = new int[256];
    int sampled = 0;
    for (int row = 0; row < green.length; row += ROW_STEP * width) {
      count(green, row, row + width, densities);
      sampled += width;
    }
    for (CellOutline cell : cells) {
      Box box = cell.box();
      for (int y = Math.floorMod(-box.y(), ROW_STEP); y < box.height(); y += ROW_STEP) {
        int at = (box.y() + y) * width + box.x();
        int part = y * box.width();
        for (int x = 0; x < box.width(); x++) {
          if (cell.parts()[part + x] != Segmentation.BACKGROUND) {
            densities[green[at + x] & 0xff]--;
          }
        }
      }
    }
    Arrays.fill(densities, 0, STAINED + 1, 0);
    double density = median(densities, MIN_RED_CELL_SHARE * sampled);
    return new NucleusContrast(density / 255 * OpticalDensity.MAX_OD);
  }

  private static void count(byte[] values, int from, int to, int[] into) {
    for (int i = from; i < to; i++) {
      into[values[i] & 0xff]++;
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

  /** Of one nucleus; empty without red cells to compare with. */
  OptionalDouble of(NucleusMeasures nucleus) {
    return redCellOd == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(nucleus.meanOd() / redCellOd);
  }
}
