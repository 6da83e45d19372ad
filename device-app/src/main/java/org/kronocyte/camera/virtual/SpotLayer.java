package org.kronocyte.camera.virtual;

import java.util.SplittableRandom;

/**
 * Soft round spots (granules, vacuoles, nucleoli) in the square round one cell: the strongest spot
 * counts where several meet.
 */
final class SpotLayer {
  private final int side;
  private final double reachUm;
  private final double umPerPx;
  private final float[] amount;

  /** An empty layer over the square from minus to plus reach. */
  SpotLayer(double reachUm, double umPerPx) {
    this.reachUm = reachUm;
    this.umPerPx = umPerPx;
    this.side = (int) Math.ceil(2 * reachUm / umPerPx) + 1;
    this.amount = new float[side * side];
  }

  /** Scatters spots evenly over a disc about the middle. */
  void scatter(
      int count, double withinUm, double minUm, double maxUm, double top, SplittableRandom random) {
    for (int i = 0; i < count; i++) {
      double distance = withinUm * Math.sqrt(random.nextDouble());
      double direction = 2 * Math.PI * random.nextDouble();
      double radius = minUm + (maxUm - minUm) * random.nextDouble();
      double strength = top * (0.7 + 0.6 * random.nextDouble());
      spot(distance * Math.cos(direction), distance * Math.sin(direction), radius, strength);
    }
  }

  private void spot(double x, double y, double radiusUm, double strength) {
    double soft = Math.min(radiusUm, Film.EDGE_UM / 2);
    double reach = radiusUm + soft;
    int x0 = index(x - reach);
    int x1 = index(x + reach) + 1;
    int y0 = index(y - reach);
    int y1 = index(y + reach) + 1;
    for (int iy = Math.max(0, y0); iy < Math.min(side, y1); iy++) {
      double dy = iy * umPerPx - reachUm - y;
      for (int ix = Math.max(0, x0); ix < Math.min(side, x1); ix++) {
        double dx = ix * umPerPx - reachUm - x;
        double inside = radiusUm - Math.sqrt(dx * dx + dy * dy);
        float value = (float) strength * Film.smoothStep((float) (inside / (2 * soft) + 0.5));
        int at = iy * side + ix;
        amount[at] = Math.max(amount[at], value);
      }
    }
  }

  /** The layer's value at a point, nearest sample; 0 outside the square. */
  float at(double x, double y) {
    int ix = index(x);
    int iy = index(y);
    return ix < 0 || iy < 0 || ix >= side || iy >= side ? 0 : amount[iy * side + ix];
  }

  private int index(double um) {
    return (int) Math.round((um + reachUm) / umPerPx);
  }
}
