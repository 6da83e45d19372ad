package org.kronocyte.camera.virtual;

import java.util.SplittableRandom;

/** One white cell: where it lies, its outlines and what is scattered in it. */
final class WhiteCell {
  final WhiteCellKind kind;
  final double xUm;
  final double yUm;
  final Outline outline;
  final Nucleus nucleus;
  final SplittableRandom inside;
  final float stainStrength;
  final float noiseX;
  final float noiseY;

  WhiteCell(WhiteCellKind kind, double xUm, double yUm, SplittableRandom random) {
    this.kind = kind;
    this.xUm = xUm;
    this.yUm = yUm;
    WhiteCellKind.Size size = kind.size;
    // The mean of two draws: most cells are of middle size.
    double share = (random.nextDouble() + random.nextDouble()) / 2;
    double radius = (size.minUm() + (size.maxUm() - size.minUm()) * share) / 2;
    double aspect = 1 + (size.aspect() - 1) * random.nextDouble();
    outline = new Outline(radius, aspect, size.irregularity(), 6, random);
    nucleus = kind.nucleus(radius, random);
    stainStrength = (float) (1 + 0.07 * random.nextGaussian());
    noiseX = (float) (64 * random.nextDouble());
    noiseY = (float) (64 * random.nextDouble());
    inside = random.split();
  }

  WhiteCell movedTo(double newXUm, double newYUm) {
    return new WhiteCell(this, newXUm, newYUm);
  }

  private WhiteCell(WhiteCell of, double xUm, double yUm) {
    this.kind = of.kind;
    this.xUm = xUm;
    this.yUm = yUm;
    this.outline = of.outline;
    this.nucleus = of.nucleus;
    this.inside = of.inside;
    this.stainStrength = of.stainStrength;
    this.noiseX = of.noiseX;
    this.noiseY = of.noiseY;
  }

  double reachUm() {
    return outline.reachUm() + 2 * Film.EDGE_UM;
  }
}
