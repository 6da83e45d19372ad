package org.kronocyte.camera.virtual;

import java.util.SplittableRandom;

/** A platelet: 2 to 3 um, pale with purple granules. Belongs to no mask. */
final class Platelet {
  private final double xUm;
  private final double yUm;
  private final Outline outline;
  private final float amount;

  Platelet(double xUm, double yUm, SplittableRandom random) {
    this.xUm = xUm;
    this.yUm = yUm;
    double diameter = 1.9 + 1.3 * random.nextDouble();
    outline = new Outline(diameter / 2, 1 + 0.4 * random.nextDouble(), 0.06, 6, random);
    amount = (float) (0.30 + 0.16 * random.nextDouble());
  }

  void paint(Film film, NoiseTile noise) {
    double reach = outline.reachUm() + Film.EDGE_UM;
    int x0 = film.column(xUm - reach);
    int x1 = film.column(xUm + reach);
    int y0 = film.row(yUm - reach);
    int y1 = film.row(yUm + reach);
    for (int y = y0; y < y1; y++) {
      for (int x = x0; x < x1; x++) {
        double dx = film.xUm(x) - xUm;
        double dy = film.yUm(y) - yUm;
        float wobble = 0.15f * noise.at((float) (dx + xUm) / 0.8f, (float) (dy + yUm) / 0.8f);
        double inside = outline.insideUm(dx, dy) + wobble;
        float coverage = Film.coverage(inside - 0.05);
        if (coverage > 0) {
          float grain = noise.at((float) (dx + xUm) / 0.5f, (float) (dy + yUm) / 0.5f);
          float granules = Film.smoothStep((grain + 0.8f) / 1.6f);
          int at = y * film.width + x;
          film.add(at, Stain.AZUROPHILIC, coverage * amount * (0.35f + 1.1f * granules));
          film.add(at, Stain.BASOPHILIC, coverage * 0.06f);
        }
      }
    }
  }
}
