package org.kronocyte.camera.virtual;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The shape of a nucleus: lobes and the bridges between them, melted into one another. Built from
 * round-ended bars whose radius changes from end to end; lengths in um from the cell's centre.
 */
final class Nucleus {
  private record Bar(double x0, double y0, double r0, double x1, double y1, double r1) {
    double insideUm(double x, double y) {
      double dx = x1 - x0;
      double dy = y1 - y0;
      double length2 = dx * dx + dy * dy;
      double t = length2 == 0 ? 0 : ((x - x0) * dx + (y - y0) * dy) / length2;
      t = Math.max(0, Math.min(1, t));
      double ox = x - x0 - t * dx;
      double oy = y - y0 - t * dy;
      return r0 + t * (r1 - r0) - Math.sqrt(ox * ox + oy * oy);
    }
  }

  private final List<Bar> bars = new ArrayList<>();
  private final double meltUm;

  private Nucleus(double meltUm) {
    this.meltUm = meltUm;
  }

  /** How far inside (positive) or outside (negative) a point is. */
  double insideUm(double x, double y) {
    double inside = -1e9;
    for (Bar bar : bars) {
      double d = bar.insideUm(x, y);
      // Polynomial smooth maximum: neighbours within meltUm run together without a crease.
      double h = Math.max(0, meltUm - Math.abs(d - inside)) / meltUm;
      inside = Math.max(d, inside) + h * h * meltUm / 4;
    }
    return inside;
  }

  /** One round or slightly oval body, off the cell's centre by a part of the free room. */
  static Nucleus round(double cellRadius, double share, double aspect, SplittableRandom random) {
    Nucleus nucleus = new Nucleus(0.3);
    double r = cellRadius * share;
    double off = (cellRadius - r) * (0.2 + 0.6 * random.nextDouble());
    double direction = random.nextDouble() * 2 * Math.PI;
    double angle = random.nextDouble() * Math.PI;
    double cx = off * Math.cos(direction);
    double cy = off * Math.sin(direction);
    double half = r * (aspect - 1);
    double ex = half * Math.cos(angle);
    double ey = half * Math.sin(angle);
    nucleus.bars.add(new Bar(cx - ex, cy - ey, r / aspect, cx + ex, cy + ey, r / aspect));
    return nucleus;
  }

  /**
   * A bent body: a kidney when short and thick, a horseshoe when long and thin.
   *
   * @param bendUm radius of the curve its middle line follows
   * @param sweep angle it follows it for, radians
   */
  static Nucleus bent(
      double bendUm, double sweep, double thicknessUm, double offUm, SplittableRandom random) {
    Nucleus nucleus = new Nucleus(0.4);
    double start = random.nextDouble() * 2 * Math.PI;
    double middle = start + sweep / 2;
    double cx = -offUm * Math.cos(middle);
    double cy = -offUm * Math.sin(middle);
    int parts = 5;
    double[] r = new double[parts + 1];
    for (int i = 0; i <= parts; i++) {
      // Thicker ends, as bands and kidneys have.
      double end = Math.abs(2.0 * i / parts - 1);
      r[i] = thicknessUm * (0.9 + 0.2 * end + 0.1 * (random.nextDouble() - 0.5));
    }
    for (int i = 0; i < parts; i++) {
      double a = start + sweep * i / parts;
      double b = start + sweep * (i + 1) / parts;
      nucleus.bars.add(
          new Bar(
              cx + bendUm * Math.cos(a),
              cy + bendUm * Math.sin(a),
              r[i],
              cx + bendUm * Math.cos(b),
              cy + bendUm * Math.sin(b),
              r[i + 1]));
    }
    return nucleus;
  }

  /** Lobes round a curve, each joined to the next by a thin bridge. */
  static Nucleus lobed(int lobes, double bendUm, double lobeUm, SplittableRandom random) {
    Nucleus nucleus = new Nucleus(0.35);
    double angle = random.nextDouble() * 2 * Math.PI;
    double px = 0;
    double py = 0;
    for (int i = 0; i < lobes; i++) {
      double r = lobeUm * (0.85 + 0.3 * random.nextDouble());
      double bend = bendUm * (0.85 + 0.3 * random.nextDouble());
      double x = bend * Math.cos(angle);
      double y = bend * Math.sin(angle);
      double lie = angle + Math.PI * random.nextDouble();
      double half = r * (0.15 + 0.35 * random.nextDouble());
      double ex = half * Math.cos(lie);
      double ey = half * Math.sin(lie);
      nucleus.bars.add(new Bar(x - ex, y - ey, r * 0.88, x + ex, y + ey, r * 0.88));
      if (i > 0) {
        double bridge = 0.25 + 0.3 * random.nextDouble();
        nucleus.bars.add(new Bar(px, py, bridge, x, y, bridge));
      }
      px = x;
      py = y;
      double step = 2 * Math.asin(Math.min(0.98, 1.12 * lobeUm / bendUm));
      angle += step * (0.85 + 0.3 * random.nextDouble());
    }
    return nucleus;
  }
}
