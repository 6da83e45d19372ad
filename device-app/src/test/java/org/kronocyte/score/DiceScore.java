package org.kronocyte.score;

import java.util.function.IntPredicate;

/** Dice coefficient of a class of mask pixels, pooled over all masks added. */
public final class DiceScore {
  private final IntPredicate member;
  private long both;
  private long sum;

  /**
   * @param member which mask values count
   */
  public DiceScore(IntPredicate member) {
    this.member = member;
  }

  /** Adds one pair of masks of equal size. */
  public void add(int[] truth, int[] found) {
    if (truth.length != found.length) {
      throw new IllegalArgumentException(truth.length + " and " + found.length + " pixels");
    }
    for (int i = 0; i < truth.length; i++) {
      boolean inTruth = member.test(truth[i]);
      boolean inFound = member.test(found[i]);
      both += inTruth && inFound ? 1 : 0;
      sum += (inTruth ? 1 : 0) + (inFound ? 1 : 0);
    }
  }

  /** 2 |A and B| / (|A| + |B|); 1 if neither has a pixel. */
  public double value() {
    return sum == 0 ? 1 : 2.0 * both / sum;
  }
}
