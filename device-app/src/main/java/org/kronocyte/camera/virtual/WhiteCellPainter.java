package org.kronocyte.camera.virtual;

/**
 * Draws one white cell over the film and into its mask: cytoplasm with texture, granules and
 * vacuoles, then the nucleus with clumped chromatin, a denser membrane and nucleoli.
 */
final class WhiteCellPainter {
  private static final double NUCLEUS_WOBBLE_UM = 0.13;
  private static final double NUCLEUS_WOBBLE_PERIOD_UM = 3.6;
  private static final double CELL_WOBBLE_UM = 0.06;
  private static final double CELL_WOBBLE_PERIOD_UM = 2.4;
  private static final double CYTOPLASM_GRAIN_UM = 0.55;
  private static final double MEMBRANE_UM = 0.22;
  private static final byte CYTOPLASM = 1;
  private static final byte NUCLEUS = 2;

  private final Film film;
  private final NoiseTile noise;
  private final WhiteCell cell;
  private final SpotLayer granules;
  private final SpotLayer vacuoles;
  private final SpotLayer nucleoli;
  private final Colour cytoplasm;

  private WhiteCellPainter(Film film, NoiseTile noise, WhiteCell cell) {
    this.film = film;
    this.noise = noise;
    this.cell = cell;
    WhiteCellKind kind = cell.kind;
    double reach = cell.reachUm();
    double radius = cell.outline.radiusUm();
    granules = new SpotLayer(reach, film.umPerPx);
    vacuoles = new SpotLayer(reach, film.umPerPx);
    nucleoli = new SpotLayer(reach, film.umPerPx);
    cytoplasm = kind.cytoplasm.colour();
    var random = cell.inside.split();
    if (kind.granules != null) {
      WhiteCellKind.Granules g = kind.granules;
      int count = (int) Math.round(g.count() * (0.75 + 0.5 * random.nextDouble()));
      granules.scatter(count, radius, g.minUm(), g.maxUm(), g.amount(), random);
    }
    int holes = Poisson.draw(kind.cytoplasm.vacuoles(), random);
    vacuoles.scatter(holes, radius * 0.9, 0.25, 0.6, 0.75, random);
    int bodies = kind.chromatin.nucleoli() == 0 ? 0 : 1 + random.nextInt(kind.chromatin.nucleoli());
    nucleoli.scatter(bodies, radius * 0.5, 0.7, 1.2, 0.55, random);
  }

  /**
   * @param instance number of the cell, from 1
   */
  static void paint(Film film, NoiseTile noise, WhiteCell cell, int instance) {
    new WhiteCellPainter(film, noise, cell).paint((short) instance);
  }

  private void paint(short instance) {
    double reach = cell.reachUm();
    int x0 = film.column(cell.xUm - reach);
    int x1 = film.column(cell.xUm + reach);
    int y0 = film.row(cell.yUm - reach);
    int y1 = film.row(cell.yUm + reach);
    for (int y = y0; y < y1; y++) {
      double dy = film.yUm(y) - cell.yUm;
      for (int x = x0; x < x1; x++) {
        pixel(y * film.width + x, film.xUm(x) - cell.xUm, dy, instance);
      }
    }
  }

  private void pixel(int at, double dx, double dy, short instance) {
    double inside = cell.outline.insideUm(dx, dy);
    if (inside < -2 * Film.EDGE_UM) {
      return;
    }
    inside += CELL_WOBBLE_UM * texture(dx, dy, CELL_WOBBLE_PERIOD_UM);
    float coverage = Film.coverage(inside);
    if (coverage <= 0) {
      return;
    }
    double nucleusInside =
        Math.min(
            cell.nucleus.insideUm(dx, dy)
                + NUCLEUS_WOBBLE_UM * texture(dx, dy, NUCLEUS_WOBBLE_PERIOD_UM),
            inside - 0.2);
    float nucleusCoverage = Film.coverage(nucleusInside);

    float r = 0;
    float g = 0;
    float b = 0;
    if (nucleusCoverage < 1) {
      float body = cytoplasmDensity(dx, dy, inside);
      r = body * cytoplasm.red();
      g = body * cytoplasm.green();
      b = body * cytoplasm.blue();
    }
    float spots = granules.at(dx, dy);
    WhiteCellKind.Granules kind = cell.kind.granules;
    float under = kind == null ? 0 : spots;
    if (kind != null && nucleusCoverage < 1) {
      r += under * kind.stain().red;
      g += under * kind.stain().green;
      b += under * kind.stain().blue;
    }
    if (nucleusCoverage > 0) {
      float density = chromatin(dx, dy, nucleusInside);
      float body = nucleoli.at(dx, dy);
      density *= 1 - body;
      float blueing = 0.45f * body;
      float over = kind != null && kind.overNucleus() ? 0.45f * under : 0;
      r = mix(r, nucleus(density, blueing, over, 0), nucleusCoverage);
      g = mix(g, nucleus(density, blueing, over, 1), nucleusCoverage);
      b = mix(b, nucleus(density, blueing, over, 2), nucleusCoverage);
    }
    float strength = cell.stainStrength;
    film.cover(at, coverage, r * strength, g * strength, b * strength);
    if (inside > 0) {
      film.mask[at] = nucleusInside > 0 ? NUCLEUS : CYTOPLASM;
      film.instances[at] = instance;
    }
  }

  /** 1 is the mean; grainy, a little denser in the middle's shade and at the rim. */
  private float cytoplasmDensity(double dx, double dy, double inside) {
    float grain = 1 + 0.16f * texture(dx, dy, CYTOPLASM_GRAIN_UM) + 0.08f * texture(dx, dy, 2.5);
    float rim = (float) (0.9 + 0.25 * Math.exp(-Math.max(0, inside) / 0.5));
    return Math.max(0, grain * rim * (1 - vacuoles.at(dx, dy)));
  }

  private float chromatin(double dx, double dy, double inside) {
    WhiteCellKind.Chromatin look = cell.kind.chromatin;
    float fine = texture(dx, dy, look.grainUm());
    float coarse = texture(dx, dy, look.grainUm() * 2.6);
    float gap = Film.smoothStep((fine + 0.4f * coarse + 0.1f) / 1.7f);
    float membrane = (float) Math.exp(-Math.max(0, inside) / MEMBRANE_UM);
    float gaps = (float) look.gaps() * gap * (1 - membrane);
    return (float) look.density() * (1.08f + 0.06f * coarse + 0.04f * membrane - gaps);
  }

  private static float nucleus(float density, float blueing, float over, int channel) {
    // Loose chromatin is redder than dense chromatin.
    float loose = Math.max(0, Math.min(1, 1.6f * (1 - density)));
    float stain = mix(part(Stain.CHROMATIN, channel), part(Stain.AZUROPHILIC, channel), loose);
    return density * stain
        + blueing * part(Stain.BASOPHILIC, channel)
        + over * part(Stain.AZUROPHILIC, channel);
  }

  private static float part(Stain stain, int channel) {
    return switch (channel) {
      case 0 -> stain.red;
      case 1 -> stain.green;
      default -> stain.blue;
    };
  }

  private float texture(double dx, double dy, double periodUm) {
    return noise.at((float) (dx / periodUm) + cell.noiseX, (float) (dy / periodUm) + cell.noiseY);
  }

  private static float mix(float from, float to, float share) {
    return from + share * (to - from);
  }
}
