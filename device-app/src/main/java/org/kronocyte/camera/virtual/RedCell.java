package org.kronocyte.camera.virtual;

import java.util.SplittableRandom;

/** A red cell: a disc with a pale middle whose density adds to what it overlaps. */
final class RedCell {
  private static final double MEAN_DIAMETER_UM = 7.5;
  private static final double SD_DIAMETER_UM = 0.4;

  final double xUm;
  final double yUm;
  final Outline outline;
  private final float amount;
  private final float tint;
  private final float pallor;
  private final float pallorWidth;

  RedCell(double xUm, double yUm, SplittableRandom random) {
    this.xUm = xUm;
    this.yUm = yUm;
    double diameter = MEAN_DIAMETER_UM + SD_DIAMETER_UM * random.nextGaussian();
    double aspect = 1 + 0.13 * random.nextDouble() * random.nextDouble();
    outline = new Outline(Math.max(2.5, diameter / 2), aspect, 0.016, 5, random);
    amount = (float) (1 + 0.12 * random.nextGaussian());
    tint = (float) (0.03 * random.nextDouble());
    // Most cells of a dried film are flat; some show a ring.
    double shown = random.nextDouble();
    pallor = (float) (0.1 + 0.75 * shown * shown);
    pallorWidth = (float) (0.32 + 0.16 * random.nextDouble());
  }

  void paint(Film film, NoiseTile noise) {
    double reach = outline.reachUm() + Film.EDGE_UM;
    int x0 = film.column(xUm - reach);
    int x1 = film.column(xUm + reach);
    int y0 = film.row(yUm - reach);
    int y1 = film.row(yUm + reach);
    for (int y = y0; y < y1; y++) {
      double dy = film.yUm(y) - yUm;
      for (int x = x0; x < x1; x++) {
        double dx = film.xUm(x) - xUm;
        double inside = outline.insideUm(dx, dy);
        float coverage = Film.coverage(inside);
        if (coverage > 0) {
          int at = y * film.width + x;
          float rough =
              1 + 0.02f * noise.at((float) film.xUm(x) / 0.9f, (float) film.yUm(y) / 0.9f);
          float haemoglobin = amount * coverage * profile(inside) * rough;
          film.add(at, Stain.HAEMOGLOBIN, haemoglobin);
          film.add(at, Stain.BASOPHILIC, tint * coverage);
        }
      }
    }
  }

  /** Thickness over that of the thickest part. */
  private float profile(double insideUm) {
    double rho = 1 - insideUm / outline.radiusUm();
    double q = rho * rho / (pallorWidth * pallorWidth);
    double middle = q > 3 ? 0 : pallor * Math.exp(-0.7 * q * q);
    double shoulder = 0.86 + 0.14 * Math.min(1, Math.max(0, insideUm) / 0.5);
    return (float) ((1 - middle) * shoulder);
  }
}
