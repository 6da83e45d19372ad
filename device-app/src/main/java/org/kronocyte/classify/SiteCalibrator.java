package org.kronocyte.classify;

import java.nio.ByteBuffer;
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
 * <p>Normalisation statistics are re-estimated on these cells [1], corrected for the site's mixture
 * of classes, which the calibrated network itself estimates over a few rounds, as in EM [2]. Where
 * the site's cells are too few, nearly of one kind, or not recognised any better afterwards, the
 * correction could do harm, and it is refused.
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
  private final int sidePx;

  /**
   * Learns for one model.
   *
   * @param pack a classifier with a calibration graph
   */
  public SiteCalibrator(ModelPack pack) {
    this.pack = pack;
    this.sidePx = Integer.parseInt(pack.manifest().input().shape().get(1));
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
   * @param cells crops as the classifier gets them, uint8 {@code [N,side,side,3]}, direct
   * @param count N
   * @param goOn asked between rounds, which take seconds
   * @return empty if it was told to stop
   * @throws ProblemException {@code site_too_few_cells}, {@code site_mix_too_odd}, {@code
   *     site_as_expected} or {@code site_no_better} if it is refused; unattended also {@code
   *     site_blasts_vanish}
   */
  public Optional<SiteCalibration> learn(
      ByteBuffer cells, int count, Origin origin, Care care, BooleanSupplier goOn)
      throws ProblemException {
    if (count < MIN_CELLS) {
      throw new ProblemException(
          "site_too_few_cells",
          count + " cells were found, a site calibration needs at least " + MIN_CELLS,
          "give more images of this site, of different cells");
    }
    int classes = pack.manifest().labels().size();
    try (CalibrationRun run = CalibrationRun.open(pack)) {
      float[] mix = new float[classes];
      Arrays.fill(mix, 1f / classes);
      double[][] before = probabilities(run.run(cells, count, sidePx, mix, 0));
      CalibrationRun.Result result = run.run(cells, count, sidePx, mix, 1);
      for (int round = 1; round < ROUNDS; round++) {
        if (!goOn.getAsBoolean()) {
          return Optional.empty();
        }
        mix = towards(mix, probabilities(result));
        result = run.run(cells, count, sidePx, mix, 1);
      }
      double[][] after = probabilities(result);
      new SiteGuards(pack.manifest().labels(), care).check(before, after, result.corrections());
      return Optional.of(
          new SiteCalibration(
              SiteCalibration.SCHEMA,
              origin.created(),
              pack.id(),
              pack.weightsSha256(),
              origin.umPerPx(),
              origin.images(),
              count,
              named(Probabilities.means(after)),
              Probabilities.confidence(before),
              Probabilities.confidence(after),
              result.corrections(),
              StainMeans.of(cells, count, sidePx * sidePx * 3)));
    }
  }

  /** The same for a person's cells, to the end. */
  public SiteCalibration learn(ByteBuffer cells, int count, Origin origin) throws ProblemException {
    return learn(cells, count, origin, Care.ATTENDED, () -> true).orElseThrow();
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
