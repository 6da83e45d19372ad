package org.kronocyte.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.Scale;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.quality.ScaleTracker;
import org.kronocyte.segment.Agreement;
import org.kronocyte.segment.Prediction;
import org.kronocyte.segment.ResampledField;
import org.kronocyte.segment.SecondOpinion;
import org.kronocyte.segment.Segmentation;
import org.kronocyte.segment.Segmenter;
import org.kronocyte.segment.SplitPrediction;

/**
 * The engine that finds cells, and perhaps a second opinion on it. What a reader of results must
 * know of it goes into the field's {@code quality.reasons}. Two threads at most.
 */
public final class CellFinder {
  /** The classical engine found the cells, by choice or for want of a model. */
  public static final String CLASSICAL = "classical_segmentation";

  /** The network was wanted but doesn't load. */
  public static final String FALLBACK = "segmenter_fallback";

  /** Network and thresholds see different nuclei: one of them is wrong here. */
  public static final String DISAGREE = "segmenters_disagree";

  /** Below this Dice of the nuclei a field is worth a look. */
  private static final double MIN_AGREEMENT = 0.5;

  private final Segmenter segmenter;
  private final Optional<Segmenter> second;
  private final List<String> reasons;

  private CellFinder(Segmenter segmenter, Optional<Segmenter> second, List<String> reasons) {
    this.segmenter = segmenter;
    this.second = second;
    this.reasons = reasons;
  }

  /**
   * Which engine finds cells.
   *
   * @param secondOpinion also run the classical engine beside the network and compare; costs about
   *     as much as the network
   */
  public record Choice(SegmenterKind engine, boolean secondOpinion) {
    public static final Choice STANDARD = new Choice(SegmenterKind.NETWORK, false);
  }

  /**
   * The chosen engine; the classical one if there is no network.
   *
   * @param network empty if it doesn't load
   */
  static CellFinder of(Optional<Segmenter> network, Choice choice) {
    if (choice.engine() == SegmenterKind.CLASSICAL) {
      return new CellFinder(Segmenter.classical(), Optional.empty(), List.of(CLASSICAL));
    }
    if (network.isEmpty()) {
      return new CellFinder(Segmenter.classical(), Optional.empty(), List.of(CLASSICAL, FALLBACK));
    }
    Optional<Segmenter> second =
        choice.secondOpinion() ? Optional.of(Segmenter.classical()) : Optional.empty();
    return new CellFinder(network.get(), second, List.of());
  }

  /**
   * Cells of a field.
   *
   * @param reasons for {@code quality.reasons}
   * @param secondOpinion if one was asked for
   */
  record Finding(
      Segmentation segmentation, List<String> reasons, Optional<SecondOpinion> secondOpinion) {}

  /** The field at the scale it is read at; the caller closes it. */
  ResampledField resample(OpticalDensity field, Scale scale) throws ProblemException {
    return segmenter.resample(field, scale, second.isPresent() ? 2 : 1);
  }

  /**
   * What the engines say of a field's pixels.
   *
   * @param second of the engine that gives a second opinion
   */
  record Look(Prediction first, Optional<Prediction> second) {}

  /**
   * How what they say falls into cells.
   *
   * @param second of the engine that gives a second opinion
   */
  record Split(SplitPrediction first, Optional<SplitPrediction> second) {}

  /** The first step of finding cells; one at a time, whichever thread asks. */
  synchronized Look look(ResampledField field) throws ProblemException {
    Prediction first = segmenter.predict(field);
    return new Look(
        first, second.isPresent() ? Optional.of(second.get().predict(field)) : Optional.empty());
  }

  /** What tells the scale of fields without red cells; empty if thresholds find the cells. */
  Optional<ScaleTracker.Probe> probe() {
    return reasons.contains(CLASSICAL) ? Optional.empty() : Optional.of(this::sureness);
  }

  private synchronized double sureness(OpticalDensity field, Scale scale) throws ProblemException {
    try (ResampledField resampled = segmenter.resample(field, scale)) {
      return segmenter.sureness(resampled);
    }
  }

  /** The second step, which may go on beside the first of another field. */
  Split split(Look look, ResampledField field) {
    return new Split(
        Segmenter.split(look.first(), field), look.second().map(p -> Segmenter.split(p, field)));
  }

  /** The third step, which may go on beside the others of another field. */
  Finding find(Split split, ResampledField field) {
    Segmentation found = Segmenter.segment(split.first(), field);
    if (split.second().isEmpty()) {
      return new Finding(found, reasons, Optional.empty());
    }
    Segmentation other = Segmenter.segment(split.second().get(), field);
    SecondOpinion opinion = SecondOpinion.of(found, other);
    List<String> all = new ArrayList<>(reasons);
    if (Agreement.ofNuclei(found, other) < MIN_AGREEMENT) {
      all.add(DISAGREE);
    }
    return new Finding(found.with(opinion), all, Optional.of(opinion));
  }
}
