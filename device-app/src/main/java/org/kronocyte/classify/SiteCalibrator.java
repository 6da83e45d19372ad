package org.kronocyte.classify;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.kronocyte.infer.CalibrationRun;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.SiteCalibration;
import org.kronocyte.problem.ProblemException;

/**
 * Learns from a site's unlabelled cells how its stain and camera change what the classifier sees.
 *
 * <p>Its neutrophils, which have nearly one size everywhere, tell how large it shows its cells
 * ({@link SizeMeter}). Normalisation statistics are re-estimated on these cells [1], corrected for
 * the site's mixture of classes, which the calibrated network itself estimates over a few rounds,
 * as in EM [2]. Where the site's cells are too few, nearly of one kind, or not recognised any
 * better afterwards, the correction could do harm, and it is refused.
 *
 * <p>[1] Li et al., Revisiting Batch Normalization for Practical Domain Adaptation, 2016. [2]
 * Saerens, Latinne, Decaestecker, Adjusting the Outputs of a Classifier to New a Priori
 * Probabilities, Neural Computation 2002.
 */
public final class SiteCalibrator {
  /** Below this, a mean over the cells is mostly chance. */
  public static final int MIN_CELLS = 40;

  /** More cells change little and cost memory, about 0.3 MB each. */
  public static final int MAX_CELLS = 400;

  private static final int ROUNDS = 8;

  private final ModelPack pack;

  /**
   * Learns for one model.
   *
   * @param pack a classifier with a calibration graph
   */
  public SiteCalibrator(ModelPack pack) {
    this.pack = pack;
  }

  /** Who answers for the choice of the cells. */
  public enum Care {
    /** A person gave these images and sees the outcome. */
    ATTENDED,
    /** The device took what came: it must be surer, and never lose blasts. */
    UNATTENDED
  }

  /**
   * What is known of the cells.
   *
   * @param created ISO 8601
   * @param images that gave cells
   */
  public record Origin(String created, double umPerPx, int images) {}

  /**
   * Learns a correction.
   *
   * @param cells with their diameters the site's scale is corrected, too
   * @param goOn asked between rounds, which take seconds
   * @return empty if it was told to stop
   * @throws ProblemException {@code site_too_few_cells}, {@code site_mix_too_odd}, {@code
   *     site_as_expected} or {@code site_no_better} if it is refused; unattended also {@code
   *     site_blasts_vanish}
   */
  public Optional<SiteCalibration> learn(
      CellCrops cells, Origin origin, Care care, BooleanSupplier goOn) throws ProblemException {
    if (cells.count() < MIN_CELLS) {
      throw new ProblemException(
          "site_too_few_cells",
          cells.count() + " cells were found, a site calibration needs at least " + MIN_CELLS,
          "give more images of this site, of different cells");
    }
    try (CalibrationRun run = CalibrationRun.open(pack)) {
      double[][] before = probabilities(answer(run, cells, evenMix(), 0));
      Optional<CalibrationRun.Result> stain = learnStain(run, cells, goOn);
      if (stain.isEmpty()) {
        return Optional.empty();
      }
      // Which cells are neutrophils is known once the stain is; only then can they be measured.
      Optional<SiteCalibration.CellSize> size = size(stain.get(), cells);
      Optional<CalibrationRun.Result> result =
          size.isEmpty() ? stain : learnStain(run, cells.magnified(size.get().zoom()), goOn);
      if (result.isEmpty()) {
        return Optional.empty();
      }
      double[][] after = probabilities(result.get());
      new SiteGuards(pack.manifest().labels(), care)
          .check(before, after, result.get().corrections(), size.isPresent());
      return Optional.of(
          new SiteCalibration(
              SiteCalibration.SCHEMA,
              origin.created(),
              pack.id(),
              pack.weightsSha256(),
              origin.umPerPx(),
              origin.images(),
              cells.count(),
              named(Probabilities.means(after)),
              Probabilities.confidence(before),
              Probabilities.confidence(after),
              result.get().corrections(),
              StainMeans.of(cells.pixels(), cells.count(), cells.sidePx() * cells.sidePx() * 3),
              size.orElse(null)));
    }
  }

  /** The same for a person's cells, to the end. */
  public SiteCalibration learn(CellCrops cells, Origin origin) throws ProblemException {
    return learn(cells, origin, Care.ATTENDED, () -> true).orElseThrow();
  }

  /** Corrects for the stain and estimates the mixture of classes in turn; empty if stopped. */
  private Optional<CalibrationRun.Result> learnStain(
      CalibrationRun run, CellCrops cells, BooleanSupplier goOn) throws ProblemException {
    float[] mix = evenMix();
    CalibrationRun.Result result = answer(run, cells, mix, 1);
    for (int round = 1; round < ROUNDS; round++) {
      if (!goOn.getAsBoolean()) {
        return Optional.empty();
      }
      mix = towards(mix, probabilities(result));
      result = answer(run, cells, mix, 1);
    }
    return Optional.of(result);
  }

  private static CalibrationRun.Result answer(
      CalibrationRun run, CellCrops cells, float[] mix, float strength) throws ProblemException {
    return run.run(cells.pixels(), cells.count(), cells.sidePx(), mix, strength);
  }

  private float[] evenMix() {
    float[] mix = new float[pack.manifest().labels().size()];
    Arrays.fill(mix, 1f / mix.length);
    return mix;
  }

  private Optional<SiteCalibration.CellSize> size(CalibrationRun.Result result, CellCrops cells) {
    return Optional.ofNullable(pack.manifest().ruler())
        .map(ruler -> new SizeMeter(pack.manifest().labels(), ruler))
        .flatMap(meter -> meter.measure(probabilities(result), cells.diametersUm()));
  }

  /** Half the old mixture, half what the network sees: a full step would swing. */
  private static float[] towards(float[] mix, double[][] probabilities) {
    double[] seen = Probabilities.means(probabilities);
    float[] out = new float[mix.length];
    for (int k = 0; k < mix.length; k++) {
      out[k] = (float) ((mix[k] + seen[k]) / 2);
    }
    return out;
  }

  private double[][] probabilities(CalibrationRun.Result result) {
    ModelManifest manifest = pack.manifest();
    return Probabilities.of(
        result.logits(), manifest.temperature() == null ? 1 : manifest.temperature());
  }

  private Map<String, Double> named(double[] shares) {
    Map<String, Double> out = new LinkedHashMap<>();
    for (int k = 0; k < shares.length; k++) {
      out.put(pack.manifest().labels().get(k), Math.rint(shares[k] * 1e4) / 1e4);
    }
    return out;
  }
}
