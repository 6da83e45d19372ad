package org.kronocyte.camera.virtual;

import java.util.SplittableRandom;

/**
 * The closed outline of a cell round its own centre: an ellipse whose radius is modulated by
 * low-order Fourier modes. Lengths in um.
 */
final class Outline {
  private static final int FIRST_MODE = 2;
  private static final int STEPS = 256;

  private final double radiusUm;
  private final double stretch;
  private final double cos;
  private final double sin;
  private final double[] amplitudes;
  private final double[] phases;

  /** The radius once round, so that a pixel costs no cosines. */
  private final double[] radii;

  /**
   * @param radiusUm radius of the circle of about the same area
   * @param aspect long over short axis, at least 1
   * @param irregularity standard deviation of the second mode as part of the radius; higher modes
   *     fall off as their order
   */
  Outline(double radiusUm, double aspect, double irregularity, int modes, SplittableRandom random) {
    this.radiusUm = radiusUm;
    this.stretch = Math.sqrt(aspect);
    double angle = random.nextDouble() * Math.PI;
    this.cos = Math.cos(angle);
    this.sin = Math.sin(angle);
    this.amplitudes = new double[modes];
    this.phases = new double[modes];
    for (int m = 0; m < modes; m++) {
      double limit = 2 * irregularity;
      double a = irregularity * random.nextGaussian() * FIRST_MODE / (m + FIRST_MODE);
      amplitudes[m] = Math.max(-limit, Math.min(limit, a));
      phases[m] = random.nextDouble() * 2 * Math.PI;
    }
    radii = new double[STEPS + 1];
    for (int i = 0; i <= STEPS; i++) {
      radii[i] = radiusAt(2 * Math.PI * i / STEPS);
    }
  }

  /** How far inside (positive) or outside (negative) a point is; exact only near the outline. */
  double insideUm(double x, double y) {
    double u = (cos * x + sin * y) / stretch;
    double v = (cos * y - sin * x) * stretch;
    double turn = Math.atan2(v, u) / (2 * Math.PI) + 1;
    double at = (turn - Math.floor(turn)) * STEPS;
    int step = Math.min(STEPS - 1, (int) at);
    double radius = radii[step] + (at - step) * (radii[step + 1] - radii[step]);
    return radius - Math.sqrt(u * u + v * v);
  }

  private double radiusAt(double theta) {
    double sum = 1;
    for (int m = 0; m < amplitudes.length; m++) {
      sum += amplitudes[m] * Math.cos((m + FIRST_MODE) * theta + phases[m]);
    }
    return radiusUm * sum;
  }

  /** No point of the outline is farther from the centre. */
  double reachUm() {
    double sum = 1;
    for (double a : amplitudes) {
      sum += Math.abs(a);
    }
    return radiusUm * sum * stretch;
  }

  /** Integral of r squared over two: pi R^2 (1 + half the sum of squared amplitudes). */
  double areaUm2() {
    double sum = 0;
    for (double a : amplitudes) {
      sum += a * a;
    }
    return Math.PI * radiusUm * radiusUm * (1 + sum / 2);
  }

  double radiusUm() {
    return radiusUm;
  }
}
