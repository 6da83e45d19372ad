package org.kronocyte.camera.virtual;

import java.util.SplittableRandom;

/** Counts of things scattered at random. */
final class Poisson {
  private Poisson() {}

  /** Knuth's product of uniforms for small means, the rounded normal for large ones. */
  static int draw(double mean, SplittableRandom random) {
    if (mean > 50) {
      return (int) Math.max(0, Math.round(mean + Math.sqrt(mean) * random.nextGaussian()));
    }
    double limit = Math.exp(-mean);
    double product = random.nextDouble();
    int count = 0;
    while (product > limit) {
      count++;
      product *= random.nextDouble();
    }
    return count;
  }
}
