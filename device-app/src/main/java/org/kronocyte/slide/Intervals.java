package org.kronocyte.slide;

/**
 * Confidence intervals of a differential's shares.
 *
 * <p>Each share gets Wilson's score interval [1] at the Bonferroni-corrected level, so that with
 * probability of at least 95 % all of them hold together: z = Phi^-1(1 - 0.05 / 2K) for K classes.
 * They cover the error of counting only, not that of classifying.
 *
 * <p>[1] Wilson, Probable inference, the law of succession, and statistical inference, JASA 22,
 * 1927.
 */
final class Intervals {
  private static final double ALPHA = 0.05;

  private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

  private Intervals() {}

  /** Two shares, 0 to 1. */
  record Interval(double low, double high) {}

  /**
   * The interval of one of K classes.
   *
   * @param count cells of the class
   * @param total cells counted; 0 gives the whole range
   * @param classes K, at least 1
   */
  static Interval simultaneous(int count, int total, int classes) {
    if (total == 0) {
      return new Interval(0, 1);
    }
    double z = normalQuantile(1 - ALPHA / (2 * classes));
    double p = (double) count / total;
    double z2 = z * z / total;
    double centre = (p + z2 / 2) / (1 + z2);
    double half = z / (1 + z2) * Math.sqrt(p * (1 - p) / total + z2 / (4.0 * total));
    // At 0 and at all cells the formula's ends are exactly 0 and 1, but for rounding.
    double low = count == 0 ? 0 : Math.max(0, centre - half);
    double high = count == total ? 1 : Math.min(1, centre + half);
    return new Interval(low, high);
  }

  /**
   * Phi^-1(p) for 0.5 &lt; p &lt; 1 by bisection of the complementary error integral; called a few
   * times a slide, so plain beats fast.
   */
  static double normalQuantile(double p) {
    double low = 0;
    double high = 10;
    while (high - low > 1e-12) {
      double middle = (low + high) / 2;
      if (normalCdf(middle) < p) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /**
   * Phi(z) = 1/2 + phi(z) * (z + z^3/3 + z^5/15 + …), Marsaglia 2004; exact to rounding for |z|
   * below 7.
   */
  private static double normalCdf(double z) {
    double sum = z;
    double term = z;
    double before = 0;
    for (int i = 3; sum != before; i += 2) {
      before = sum;
      term *= z * z / i;
      sum += term;
    }
    return 0.5 + sum * Math.exp(-0.5 * z * z - HALF_LOG_TWO_PI);
  }
}
