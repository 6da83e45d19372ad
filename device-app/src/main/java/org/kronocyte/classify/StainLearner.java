package org.kronocyte.classify;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.kronocyte.infer.CalibrationRun;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.SiteCalibration;
import org.kronocyte.problem.ProblemException;

/**
 * Learns how a site's stain changes what the classifier sees.
 *
 * <p>First all cells are moved to the moments that their mixture of classes had in training, while
 * that mixture is estimated as in EM. Where many are blasts this goes wrong: they are taken for
 * something else, the mixture for a healthy one, and the correction makes them look like it. So
 * that only points out the {@link Anchors}. The correction itself is learnt from these alone, and
 * whatever else is on the slide has no say in it.
 */
final class StainLearner {
  private static final int MIXTURE_ROUNDS = 8;
  private static final int ANCHOR_ROUNDS = 3;

  private final ModelPack pack;
  private final Anchors anchors;

  StainLearner(ModelPack pack) {
    this.pack = pack;
    this.anchors = new Anchors(pack.manifest().labels());
  }

  /**
   * What was learnt.
   *
   * @param probabilities {@code [N,K]} of all cells with the corrections
   * @param anchors places of the cells that the corrections were learnt from
   */
  record Learnt(
      double[][] probabilities,
      Map<String, SiteCalibration.Correction> corrections,
      int[] anchors) {}

  /** Probabilities as the model came. */
  double[][] plain(CellCrops cells) throws ProblemException {
    try (CalibrationRun run = CalibrationRun.open(pack)) {
      return probabilities(answer(run, cells, evenMix(), 0));
    }
  }

  /**
   * Learns from cells.
   *
   * @param goOn asked between rounds, which take seconds
   * @return empty if it was told to stop
   * @throws ProblemException {@code site_too_few_anchors}
   */
  Optional<Learnt> learn(CellCrops cells, BooleanSupplier goOn) throws ProblemException {
    try (CalibrationRun run = CalibrationRun.open(pack)) {
      Optional<double[][]> mixture = byMixture(run, cells, goOn);
      if (mixture.isEmpty()) {
        return Optional.empty();
      }
      double[][] seen = mixture.get();
      Optional<Learnt> learnt = Optional.empty();
      for (int round = 0; round < ANCHOR_ROUNDS; round++) {
        if (!goOn.getAsBoolean()) {
          return Optional.empty();
        }
        learnt = Optional.of(byAnchors(run, cells, seen));
        seen = learnt.get().probabilities();
      }
      return learnt;
    }
  }

  private Optional<double[][]> byMixture(CalibrationRun run, CellCrops cells, BooleanSupplier goOn)
      throws ProblemException {
    float[] mix = evenMix();
    double[][] seen = probabilities(answer(run, cells, mix, 1));
    for (int round = 1; round < MIXTURE_ROUNDS; round++) {
      if (!goOn.getAsBoolean()) {
        return Optional.empty();
      }
      mix = towards(mix, Probabilities.means(seen));
      seen = probabilities(answer(run, cells, mix, 1));
    }
    return Optional.of(seen);
  }

  /** Half the old mixture, half what the network sees: a full step would swing. */
  private static float[] towards(float[] mix, double[] seen) {
    float[] out = new float[mix.length];
    for (int k = 0; k < mix.length; k++) {
      out[k] = (float) ((mix[k] + seen[k]) / 2);
    }
    return out;
  }

  private Learnt byAnchors(CalibrationRun run, CellCrops cells, double[][] seen)
      throws ProblemException {
    int[] chosen = anchors.among(seen);
    float[] mix = anchors.mixture(seen, chosen);
    Map<String, SiteCalibration.Correction> corrections =
        answer(run, cells.only(chosen), mix, 1).corrections();
    try (CalibrationRun corrected = CalibrationRun.open(pack.at(draft(corrections)))) {
      return new Learnt(probabilities(answer(corrected, cells, evenMix(), 0)), corrections, chosen);
    }
  }

  /** Corrections alone, to be folded into the pack. */
  private SiteCalibration draft(Map<String, SiteCalibration.Correction> corrections) {
    return new SiteCalibration(
        SiteCalibration.SCHEMA,
        "draft",
        pack.id(),
        pack.weightsSha256(),
        pack.manifest().input().umPerPx(),
        0,
        0,
        Map.of(),
        0,
        0,
        corrections,
        null,
        null);
  }

  private static CalibrationRun.Result answer(
      CalibrationRun run, CellCrops cells, float[] mix, float strength) throws ProblemException {
    ByteBuffer pixels = cells.pixels();
    return run.run(pixels, cells.count(), cells.sidePx(), mix, strength);
  }

  private float[] evenMix() {
    float[] mix = new float[pack.manifest().labels().size()];
    Arrays.fill(mix, 1f / mix.length);
    return mix;
  }

  private double[][] probabilities(CalibrationRun.Result result) {
    ModelManifest manifest = pack.manifest();
    return Probabilities.of(
        result.logits(), manifest.temperature() == null ? 1 : manifest.temperature());
  }
}
