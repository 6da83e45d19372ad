package org.kronocyte.evaluate;

import java.util.OptionalDouble;

/**
 * Dice coefficient, 2 |A and B| / (|A| + |B|), kept as its sums so that images can be pooled [1].
 *
 * <p>[1] Dice, Measures of the amount of ecologic association between species, Ecology 26, 1945.
 *
 * @param both pixels in both masks
 * @param sum pixels in the one plus pixels in the other
 */
public record DiceTally(long both, long sum) {
  public static final DiceTally NONE = new DiceTally(0, 0);

  /** Compares two masks of equal size; a pixel belongs where its value is at least {@code from}. */
  static DiceTally of(byte[] truth, byte[] found, int from) {
    long both = 0;
    long sum = 0;
    for (int i = 0; i < truth.length; i++) {
      int t = truth[i] >= from ? 1 : 0;
      int f = found[i] >= from ? 1 : 0;
      both += t & f;
      sum += t + f;
    }
    return new DiceTally(both, sum);
  }

  DiceTally plus(DiceTally other) {
    return new DiceTally(both + other.both, sum + other.sum);
  }

  /** 0 to 1; empty if neither mask has a pixel. */
  public OptionalDouble value() {
    return sum == 0 ? OptionalDouble.empty() : OptionalDouble.of(2.0 * both / sum);
  }
}
