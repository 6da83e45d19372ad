package org.kronocyte.classify;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.SiteCalibration;
import org.kronocyte.problem.ProblemException;

/**
 * Learns from a site's unlabelled cells how its stain and camera change what the classifier sees.
 *
 * <p>Normalisation statistics are re-estimated [1] on cells of which it is sure what they are
 * ({@link StainLearner}); these are found by estimating the site's mixture of classes in turn with
 * its stain, as in EM [2]. Its neutrophils, which have nearly one size everywhere, tell how large
 * it shows its cells ({@link SizeMeter}). Where the site's cells are too few, nearly of one kind,
 * or not recognised any better afterwards, the correction could do harm, and it is refused. Of a
 * person's cells the size alone is then corrected, if that can be told: it depends on no mixture.
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
    /** The device took what came: it must never lose blasts. */
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
   * @throws ProblemException {@code site_too_few_cells}, {@code site_too_few_anchors}, {@code
   *     site_mix_too_odd}, {@code site_as_expected} or {@code site_no_better} if the stain's
   *     correction is refused and no size alone is corrected; unattended, when none ever is, also
   *     {@code site_blasts_vanish}
   */
  public Optional<SiteCalibration> learn(
      CellCrops cells, Origin origin, Care care, BooleanSupplier goOn) throws ProblemException {
    if (cells.count() < MIN_CELLS) {
      throw new ProblemException(
          "site_too_few_cells",
          cells.count() + " cells were found, a site calibration needs at least " + MIN_CELLS,
          "give more images of this site, of different cells");
    }
    StainLearner stain = new StainLearner(pack);
    SiteGuards guards = new SiteGuards(pack.manifest().labels(), care);
    double[][] before = stain.plain(cells);
    Optional<Found> found;
    try {
      found = stainAndSize(stain, cells, before, guards, goOn);
    } catch (ProblemException refusal) {
      // A device by itself waits for slides that tell both.
      if (care == Care.UNATTENDED || !refusal.problem().code().startsWith("site_")) {
        throw refusal;
      }
      found = Optional.of(sizeAlone(stain, cells, before, guards).orElseThrow(() -> refusal));
    }
    return found.map(f -> calibration(f, before, cells, origin));
  }

  /**
   * What was found out about a site.
   *
   * @param probabilities {@code [N,K]} of its cells with the corrections
   * @param corrections of the stain; empty for none
   * @param size empty if it needs no correction or can't be told
   */
  private record Found(
      double[][] probabilities,
      Map<String, SiteCalibration.Correction> corrections,
      Optional<SiteCalibration.CellSize> size) {}

  private Optional<Found> stainAndSize(
      StainLearner stain,
      CellCrops cells,
      double[][] before,
      SiteGuards guards,
      BooleanSupplier goOn)
      throws ProblemException {
    Optional<StainLearner.Learnt> first = stain.learn(cells, goOn);
    if (first.isEmpty()) {
      return Optional.empty();
    }
    // Which cells are neutrophils is known once the stain is; only then can they be measured.
    Optional<SiteCalibration.CellSize> size = size(first.get().probabilities(), cells);
    Optional<StainLearner.Learnt> last =
        size.isEmpty() ? first : stain.learn(cells.magnified(size.get().zoom()), goOn);
    if (last.isEmpty()) {
      return Optional.empty();
    }
    StainLearner.Learnt learnt = last.get();
    guards.check(
        before, learnt.probabilities(), learnt.anchors(), learnt.corrections(), size.isPresent());
    return Optional.of(new Found(learnt.probabilities(), learnt.corrections(), size));
  }

  /** By the cells that the model as it came takes for neutrophils. */
  private Optional<Found> sizeAlone(
      StainLearner stain, CellCrops cells, double[][] before, SiteGuards guards)
      throws ProblemException {
    Optional<SiteCalibration.CellSize> size = size(before, cells);
    if (size.isEmpty()) {
      return Optional.empty();
    }
    double[][] after = stain.plain(cells.magnified(size.get().zoom()));
    return guards.sizeFits(before, after, pack.manifest().ruler().labels())
        ? Optional.of(new Found(after, Map.of(), size))
        : Optional.empty();
  }

  private SiteCalibration calibration(
      Found found, double[][] before, CellCrops cells, Origin origin) {
    return new SiteCalibration(
        SiteCalibration.SCHEMA,
        origin.created(),
        pack.id(),
        pack.weightsSha256(),
        origin.umPerPx(),
        origin.images(),
        cells.count(),
        named(Probabilities.means(found.probabilities())),
        Probabilities.confidence(before),
        Probabilities.confidence(found.probabilities()),
        found.corrections(),
        StainMeans.of(cells.pixels(), cells.count(), cells.sidePx() * cells.sidePx() * 3),
        found.size().orElse(null));
  }

  /** The same for a person's cells, to the end. */
  public SiteCalibration learn(CellCrops cells, Origin origin) throws ProblemException {
    return learn(cells, origin, Care.ATTENDED, () -> true).orElseThrow();
  }

  private Optional<SiteCalibration.CellSize> size(double[][] probabilities, CellCrops cells) {
    return Optional.ofNullable(pack.manifest().ruler())
        .map(ruler -> new SizeMeter(pack.manifest().labels(), ruler))
        .flatMap(meter -> meter.measure(probabilities, cells.diametersUm()));
  }

  private Map<String, Double> named(double[] shares) {
    Map<String, Double> out = new LinkedHashMap<>();
    for (int k = 0; k < shares.length; k++) {
      out.put(pack.manifest().labels().get(k), Math.rint(shares[k] * 1e4) / 1e4);
    }
    return out;
  }
}
