package org.kronocyte.classify;

import java.nio.ByteBuffer;

/**
 * Crops as the classifier gets them, and how large their cells are.
 *
 * @param pixels uint8 {@code [N,side,side,3]}, direct
 * @param count N
 * @param sidePx width and height of a crop
 * @param diametersUm of the disc with each cell's area, by the scale of its image; empty where that
 *     wasn't kept
 */
public record CellCrops(ByteBuffer pixels, int count, int sidePx, float[] diametersUm) {
  public CellCrops {
    if (diametersUm.length != 0 && diametersUm.length < count) {
      throw new IllegalArgumentException(diametersUm.length + " diameters for " + count + " crops");
    }
  }

  /** Crops of cells of unknown size. */
  public CellCrops(ByteBuffer pixels, int count, int sidePx) {
    this(pixels, count, sidePx, new float[0]);
  }

  /** The first ones; nothing is copied. */
  public CellCrops first(int some) {
    return new CellCrops(pixels, some, sidePx, diametersUm);
  }

  /** Some of the cells, copied, without their diameters. */
  CellCrops only(int... which) {
    int bytes = sidePx * sidePx * 3;
    ByteBuffer out = ByteBuffer.allocateDirect(which.length * bytes);
    for (int i = 0; i < which.length; i++) {
      out.put(i * bytes, pixels, which[i] * bytes, bytes);
    }
    return new CellCrops(out, which.length, sidePx);
  }

  /**
   * The same cells, magnified around the middle of each crop; bilinear. What lies beyond a crop is
   * clear glass, as everything far from the cell is anyway.
   */
  public CellCrops magnified(double zoom) {
    ByteBuffer out = ByteBuffer.allocateDirect(count * sidePx * sidePx * 3);
    int[] from = new int[sidePx];
    double[] share = new double[sidePx];
    for (int i = 0; i < sidePx; i++) {
      double at = (i + 0.5 - sidePx / 2.0) / zoom + sidePx / 2.0 - 0.5;
      from[i] = (int) Math.floor(at);
      share[i] = at - from[i];
    }
    int k = 0;
    for (int n = 0; n < count; n++) {
      for (int y = 0; y < sidePx; y++) {
        for (int x = 0; x < sidePx; x++) {
          for (int c = 0; c < 3; c++, k++) {
            double upper =
                mixed(at(n, from[y], from[x], c), at(n, from[y], from[x] + 1, c), share[x]);
            double lower =
                mixed(at(n, from[y] + 1, from[x], c), at(n, from[y] + 1, from[x] + 1, c), share[x]);
            out.put(k, (byte) Math.rint(mixed(upper, lower, share[y])));
          }
        }
      }
    }
    return new CellCrops(out, count, sidePx, diametersUm);
  }

  private static double mixed(double a, double b, double share) {
    return a + (b - a) * share;
  }

  private int at(int n, int y, int x, int channel) {
    boolean inside = x >= 0 && y >= 0 && x < sidePx && y < sidePx;
    return inside ? pixels.get(((n * sidePx + y) * sidePx + x) * 3 + channel) & 0xff : 0;
  }
}
