package org.kronocyte.classify;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
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

  /** A site with hardly any other cells doesn't show how its colours differ. */
  private static final double MAX_SHARE = 0.75;

  /** A smaller correction is within what a few hundred cells differ by chance. */
  private static final double LEAST_CHANGE = 0.1;

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
   * @throws ProblemException {@code site_too_few_cells}, {@code site_mix_too_odd}, {@code
   *     site_as_expected} or {@code site_no_better} if it is refused
   */
  public SiteCalibration learn(ByteBuffer cells, int count, Origin origin) throws ProblemException {
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
      double before = confidence(probabilities(run.run(cells, count, sidePx, mix, 0).logits()));
      CalibrationRun.Result result = run.run(cells, count, sidePx, mix, 1);
      for (int round = 1; round < ROUNDS; round++) {
        mix = towards(mix, probabilities(result.logits()));
        result = run.run(cells, count, sidePx, mix, 1);
      }
      double[][] after = probabilities(result.logits());
      refuseOddMix(means(after));
      refuseSmall(change(result.corrections()));
      double confidence = confidence(after);
      if (confidence <= before) {
        throw new ProblemException(
            "site_no_better",
            String.format(
                "with the correction cells are recognised with mean probability %.3f, without it"
                    + " with %.3f",
                confidence, before),
            "go on without a site calibration: these cells look as the model expects them");
      }
      return new SiteCalibration(
          SiteCalibration.SCHEMA,
          origin.created(),
          pack.id(),
          pack.weightsSha256(),
          origin.umPerPx(),
          origin.images(),
          count,
          named(means(after)),
          before,
          confidence,
          result.corrections());
    }
  }

  private void refuseOddMix(double[] shares) throws ProblemException {
    for (int k = 0; k < shares.length; k++) {
      if (shares[k] > MAX_SHARE) {
        throw new ProblemException(
            "site_mix_too_odd",
            String.format(
                "%.0f %% of the cells look like %s",
                100 * shares[k], pack.manifest().labels().get(k)),
            "give images of a slide with a usual mixture of cells");
      }
    }
  }

  private static void refuseSmall(double change) throws ProblemException {
    if (change < LEAST_CHANGE) {
      throw new ProblemException(
          "site_as_expected",
          String.format(
              "the cells look as the model expects them: spreads differ by a factor of %.2f only",
              Math.exp(change)),
          "go on without a site calibration");
    }
  }

  /** Root mean square of the logarithms of all gains. */
  private static double change(Map<String, SiteCalibration.Correction> corrections) {
    double sum = 0;
    int count = 0;
    for (SiteCalibration.Correction c : corrections.values()) {
      for (float gain : c.gain()) {
        sum += Math.log(gain) * Math.log(gain);
        count++;
      }
    }
    return Math.sqrt(sum / Math.max(1, count));
  }

  /** Half the old mixture, half what the network sees: a full step would swing. */
  private static float[] towards(float[] mix, double[][] probabilities) {
    double[] seen = means(probabilities);
    float[] out = new float[mix.length];
    for (int k = 0; k < mix.length; k++) {
      out[k] = (float) ((mix[k] + seen[k]) / 2);
    }
    return out;
  }

  private double[][] probabilities(float[][] logits) {
    ModelManifest manifest = pack.manifest();
    double temperature = manifest.temperature() == null ? 1 : manifest.temperature();
    double[][] out = new double[logits.length][];
    for (int n = 0; n < logits.length; n++) {
      double[] weights = new double[logits[n].length];
      double highest = Double.NEGATIVE_INFINITY;
      for (float logit : logits[n]) {
        highest = Math.max(highest, logit);
      }
      double sum = 0;
      for (int k = 0; k < weights.length; k++) {
        weights[k] = Math.exp((logits[n][k] - highest) / temperature);
        sum += weights[k];
      }
      for (int k = 0; k < weights.length; k++) {
        weights[k] /= sum;
      }
      out[n] = weights;
    }
    return out;
  }

  private static double[] means(double[][] probabilities) {
    double[] out = new double[probabilities[0].length];
    for (double[] cell : probabilities) {
      for (int k = 0; k < out.length; k++) {
        out[k] += cell[k] / probabilities.length;
      }
    }
    return out;
  }

  private static double confidence(double[][] probabilities) {
    return Arrays.stream(probabilities)
        .mapToDouble(cell -> Arrays.stream(cell).max().orElseThrow())
        .average()
        .orElseThrow();
  }

  private Map<String, Double> named(double[] shares) {
    Map<String, Double> out = new LinkedHashMap<>();
    for (int k = 0; k < shares.length; k++) {
      out.put(pack.manifest().labels().get(k), Math.rint(shares[k] * 1e4) / 1e4);
    }
    return out;
  }
}
