package org.kronocyte.segment;

import java.util.Arrays;

/**
 * Splits a mask into cells: a watershed on a height map, in which a summit becomes a cell of its
 * own only if it rises far enough above the pass to a higher neighbour (its dynamics [1]).
 *
 * <p>Pixels are visited from the highest down. A pixel with no visited neighbour starts a basin,
 * one with one neighbour basin joins it, one where basins meet joins the highest of them and unites
 * with it every other basin whose summit stands less than the wanted height above this pass. One
 * pass, almost linear in the pixels of the mask.
 *
 * <p>[1] Grimaud, New measure of contrast: the dynamics, Image Algebra and Morphological Image
 * Processing III, 1992.
 */
final class Basins {
  private static final int HEIGHTS = 256;

  /** One less than no basin, as a number above all basins. */
  private static final int NONE = Integer.MAX_VALUE;

  private final int width;
  private final int height;

  /** Basin of each pixel, with a border of one pixel, so that every pixel has eight neighbours. */
  private final int[] basin;

  private final int stride;
  private final int[] neighbours;
  private final int[] met = new int[8];
  private int[] parent = new int[64];
  private int[] summit = new int[64];
  private int count = 1;

  private Basins(int width, int height) {
    this.width = width;
    this.height = height;
    this.stride = width + 2;
    this.basin = new int[stride * (height + 2)];
    this.neighbours =
        new int[] {-stride - 1, -stride, -stride + 1, -1, 1, stride - 1, stride, stride + 1};
  }

  /**
   * Labels the cells of a mask.
   *
   * @param mask non-zero where there is a cell, {@code [H,W]}
   * @param level unsigned height of each pixel, {@code [H,W]}
   * @param dynamics steps of {@code level} that a summit must rise above the pass to be a cell of
   *     its own
   * @return {@code [H,W]}: 0 outside the mask, else 1, 2, … without gaps
   */
  static int[] split(byte[] mask, byte[] level, int width, int height, int dynamics) {
    return flood(mask, level, width, height, dynamics).compact();
  }

  /**
   * How many cells {@link #split} would label whose summit is at least so high.
   *
   * @param least height
   */
  static int count(byte[] mask, byte[] level, int width, int height, int dynamics, int least) {
    Basins basins = flood(mask, level, width, height, dynamics);
    int found = 0;
    for (int b = 1; b < basins.count; b++) {
      // What was united stands under the basin with the highest summit.
      found += basins.parent[b] == b && basins.summit[b] >= least ? 1 : 0;
    }
    return found;
  }

  private static Basins flood(byte[] mask, byte[] level, int width, int height, int dynamics) {
    Basins basins = new Basins(width, height);
    int[] end = new int[HEIGHTS];
    int[] order = basins.fromHighest(mask, level, end);
    int i = 0;
    for (int depth = 0; depth < HEIGHTS; depth++) {
      for (; i < end[depth]; i++) {
        basins.visit(order[i], HEIGHTS - 1 - depth, dynamics);
      }
    }
    return basins;
  }

  /**
   * The mask's pixels by falling height, by a counting sort; equal heights in reading order.
   *
   * @param end filled with one past the last pixel of each height, the highest first
   * @return places in {@link #basin}
   */
  private int[] fromHighest(byte[] mask, byte[] level, int[] end) {
    int[] next = new int[HEIGHTS];
    for (int i = 0; i < mask.length; i++) {
      if (mask[i] != 0) {
        end[HEIGHTS - 1 - (level[i] & 0xff)]++;
      }
    }
    for (int depth = 1; depth < HEIGHTS; depth++) {
      end[depth] += end[depth - 1];
      next[depth] = end[depth - 1];
    }
    int[] order = new int[end[HEIGHTS - 1]];
    int at = stride + 1;
    for (int i = 0; i < mask.length; at += 2) {
      for (int rowEnd = i + width; i < rowEnd; i++, at++) {
        if (mask[i] != 0) {
          order[next[HEIGHTS - 1 - (level[i] & 0xff)]++] = at;
        }
      }
    }
    return order;
  }

  private void visit(int at, int here, int dynamics) {
    int above = at - stride;
    int below = at + stride;
    // Neighbours mostly lie in one basin. Which of them are in any is chance: no branch may ask.
    int most = Math.max(most(above), most(below));
    most = Math.max(most, Math.max(basin[at - 1], basin[at + 1]));
    if (most == 0) {
      basin[at] = open(here);
      return;
    }
    int least = Math.min(least(above), least(below));
    least = Math.min(least, Math.min(basin[at - 1] - 1 & NONE, basin[at + 1] - 1 & NONE));
    basin[at] = least + 1 == most ? root(most) : meet(at, here, dynamics);
  }

  /** The highest basin of three pixels of a row. */
  private int most(int middle) {
    return Math.max(basin[middle - 1], Math.max(basin[middle], basin[middle + 1]));
  }

  /** One less than the lowest basin of three pixels of a row, {@link #NONE} if they are in none. */
  private int least(int middle) {
    int sides = Math.min(basin[middle - 1] - 1 & NONE, basin[middle + 1] - 1 & NONE);
    return Math.min(sides, basin[middle] - 1 & NONE);
  }

  /** Where basins meet: unites those that are too shallow with the highest, which is returned. */
  private int meet(int at, int here, int dynamics) {
    int found = 0;
    int best = 0;
    for (int offset : neighbours) {
      int other = root(basin[at + offset]);
      if (other != 0) {
        met[found++] = other;
        best = best == 0 || summit[other] > summit[best] ? other : best;
      }
    }
    for (int i = 0; i < found; i++) {
      if (met[i] != best && summit[met[i]] - here < dynamics) {
        parent[met[i]] = best;
      }
    }
    return best;
  }

  private int open(int here) {
    if (count == parent.length) {
      parent = Arrays.copyOf(parent, 2 * count);
      summit = Arrays.copyOf(summit, 2 * count);
    }
    parent[count] = count;
    summit[count] = here;
    return count++;
  }

  private int root(int b) {
    int r = b;
    while (parent[r] != r) {
      parent[r] = parent[parent[r]];
      r = parent[r];
    }
    return r;
  }

  private int[] compact() {
    int[] number = new int[count];
    int[] labels = new int[width * height];
    int next = 1;
    int at = stride + 1;
    for (int i = 0; i < labels.length; at += 2) {
      for (int end = i + width; i < end; i++, at++) {
        if (basin[at] == 0) {
          continue;
        }
        int r = root(basin[at]);
        if (number[r] == 0) {
          number[r] = next++;
        }
        labels[i] = number[r];
      }
    }
    return labels;
  }
}
