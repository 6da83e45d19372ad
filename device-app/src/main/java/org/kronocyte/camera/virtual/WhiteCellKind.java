package org.kronocyte.camera.virtual;

import java.util.SplittableRandom;

/**
 * How the white cells of each class look on a Giemsa-stained film. Names are the class codes of the
 * marrow set the classifiers use.
 */
// Records of numbers are immutable; the checker knows them only by an annotation of its own.
@SuppressWarnings("ImmutableEnumChecker")
enum WhiteCellKind {
  /** Segmented neutrophil. */
  NGS(
      new Size(11.5, 13.8, 1.12, 0.018),
      new Chromatin(1.04, 0.85, 0.62, 0),
      new Cytoplasm(0.02, 0.07, 0.045, 0, 0),
      new Granules(Stain.AZUROPHILIC, 110, 0.10, 0.20, 0.16, false)) {
    @Override
    Nucleus nucleus(double r, SplittableRandom random) {
      int lobes = 3 + (random.nextDouble() < 0.4 ? 1 : 0);
      return Nucleus.lobed(lobes, r * 0.45, r * 0.30, random);
    }
  },
  /** Band neutrophil. */
  NGB(
      new Size(11.5, 13.8, 1.12, 0.018),
      new Chromatin(1.02, 0.85, 0.6, 0),
      new Cytoplasm(0.03, 0.065, 0.045, 0, 0),
      new Granules(Stain.AZUROPHILIC, 110, 0.10, 0.20, 0.16, false)) {
    @Override
    Nucleus nucleus(double r, SplittableRandom random) {
      return Nucleus.bent(r * 0.47, 2.9 + 1.3 * random.nextDouble(), r * 0.235, r * 0.05, random);
    }
  },
  /** Metamyelocyte. */
  MMZ(
      new Size(12.0, 14.5, 1.12, 0.02),
      new Chromatin(0.98, 0.75, 0.6, 0),
      new Cytoplasm(0.10, 0.06, 0.05, 0, 0),
      new Granules(Stain.AZUROPHILIC, 130, 0.12, 0.22, 0.22, false)) {
    @Override
    Nucleus nucleus(double r, SplittableRandom random) {
      return Nucleus.bent(r * 0.38, 1.5 + 0.6 * random.nextDouble(), r * 0.44, r * 0.32, random);
    }
  },
  /** Myelocyte. */
  MYB(
      new Size(12.5, 16.0, 1.12, 0.02),
      new Chromatin(0.96, 0.7, 0.58, 0),
      new Cytoplasm(0.22, 0.05, 0.05, 0, 0),
      new Granules(Stain.AZUROPHILIC, 170, 0.13, 0.25, 0.32, false)) {
    @Override
    Nucleus nucleus(double r, SplittableRandom random) {
      return Nucleus.round(
          r, 0.66 + 0.06 * random.nextDouble(), 1.1 + 0.15 * random.nextDouble(), random);
    }
  },
  /** Promyelocyte. */
  PMO(
      new Size(15.0, 19.0, 1.15, 0.025),
      new Chromatin(0.88, 0.6, 0.5, 1),
      new Cytoplasm(0.38, 0.02, 0.06, 0, 0),
      new Granules(Stain.AZUROPHILIC, 260, 0.15, 0.30, 0.60, true)) {
    @Override
    Nucleus nucleus(double r, SplittableRandom random) {
      return Nucleus.round(
          r, 0.68 + 0.07 * random.nextDouble(), 1.1 + 0.12 * random.nextDouble(), random);
    }
  },
  /** Blast. */
  BLA(
      new Size(13.0, 18.0, 1.12, 0.03),
      new Chromatin(0.78, 0.55, 0.42, 3),
      new Cytoplasm(0.50, 0.01, 0.07, 0, 0.3),
      null) {
    @Override
    Nucleus nucleus(double r, SplittableRandom random) {
      return Nucleus.round(
          r, 0.80 + 0.09 * random.nextDouble(), 1.03 + 0.12 * random.nextDouble(), random);
    }
  },
  /** Erythroblast. */
  EBO(
      new Size(8.5, 11.5, 1.1, 0.025),
      new Chromatin(1.1, 0.95, 0.5, 0),
      new Cytoplasm(0.22, 0, 0.01, 0.75, 0),
      null) {
    @Override
    Nucleus nucleus(double r, SplittableRandom random) {
      return Nucleus.round(r, 0.52 + 0.14 * random.nextDouble(), 1.05, random);
    }
  },
  /** Lymphocyte. */
  LYT(
      new Size(9.0, 12.0, 1.1, 0.025),
      new Chromatin(0.98, 1.05, 0.42, 0),
      new Cytoplasm(0.36, 0.01, 0.03, 0, 0),
      null) {
    @Override
    Nucleus nucleus(double r, SplittableRandom random) {
      return Nucleus.round(
          r, 0.87 + 0.09 * random.nextDouble(), 1.02 + 0.1 * random.nextDouble(), random);
    }
  },
  /** Monocyte. */
  MON(
      new Size(14.5, 18.0, 1.22, 0.035),
      new Chromatin(0.8, 0.75, 0.55, 0),
      new Cytoplasm(0.24, 0.04, 0.09, 0, 2.5),
      new Granules(Stain.AZUROPHILIC, 220, 0.10, 0.18, 0.18, false)) {
    @Override
    Nucleus nucleus(double r, SplittableRandom random) {
      return Nucleus.bent(r * 0.4, 1.7 + 1.0 * random.nextDouble(), r * 0.42, r * 0.28, random);
    }
  },
  /** Eosinophil. */
  EOS(
      new Size(12.0, 14.5, 1.08, 0.015),
      new Chromatin(1.0, 0.85, 0.6, 0),
      new Cytoplasm(0.07, 0.24, 0.07, 0, 0),
      new Granules(Stain.EOSIN, 800, 0.16, 0.26, 0.26, false)) {
    @Override
    Nucleus nucleus(double r, SplittableRandom random) {
      return Nucleus.lobed(2 + (random.nextDouble() < 0.2 ? 1 : 0), r * 0.5, r * 0.34, random);
    }
  },
  /** Basophil. */
  BAS(
      new Size(10.5, 13.0, 1.1, 0.02),
      new Chromatin(0.80, 0.8, 0.4, 0),
      new Cytoplasm(0.06, 0.06, 0.24, 0, 0),
      new Granules(Stain.AZUROPHILIC, 300, 0.20, 0.38, 0.85, true)) {
    @Override
    Nucleus nucleus(double r, SplittableRandom random) {
      return Nucleus.lobed(2 + random.nextInt(2), r * 0.38, r * 0.36, random);
    }
  };

  /**
   * @param minUm smallest and largest diameter
   * @param aspect largest ratio of long to short axis
   * @param irregularity see {@link Outline}
   */
  record Size(double minUm, double maxUm, double aspect, double irregularity) {}

  /**
   * @param density 1 is a mature nucleus
   * @param grainUm distance between clumps
   * @param gaps how much lighter the gaps between clumps are, 0 to 1
   * @param nucleoli most nucleoli
   */
  record Chromatin(double density, double grainUm, double gaps, int nucleoli) {}

  /**
   * Amounts of stain in the cytoplasm.
   *
   * @param vacuoles mean number of them
   */
  record Cytoplasm(
      double basophilic, double eosin, double azurophilic, double haemoglobin, double vacuoles) {
    Colour colour() {
      return Colour.NONE
          .plus(Stain.BASOPHILIC, basophilic)
          .plus(Stain.EOSIN, eosin)
          .plus(Stain.AZUROPHILIC, azurophilic)
          .plus(Stain.HAEMOGLOBIN, haemoglobin);
    }
  }

  /**
   * @param count mean number in a whole cell
   * @param amount stain at the middle of one
   * @param overNucleus whether they hide the nucleus
   */
  record Granules(
      Stain stain, int count, double minUm, double maxUm, double amount, boolean overNucleus) {}

  final Size size;
  final Chromatin chromatin;
  final Cytoplasm cytoplasm;

  /** Null where the cytoplasm has none. */
  final Granules granules;

  WhiteCellKind(Size size, Chromatin chromatin, Cytoplasm cytoplasm, Granules granules) {
    this.size = size;
    this.chromatin = chromatin;
    this.cytoplasm = cytoplasm;
    this.granules = granules;
  }

  /** A nucleus for a cell of this radius in um. */
  abstract Nucleus nucleus(double cellRadiusUm, SplittableRandom random);
}
