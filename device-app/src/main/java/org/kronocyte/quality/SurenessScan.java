package org.kronocyte.quality;

import java.util.List;
import java.util.Optional;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.Scale;
import org.kronocyte.problem.ProblemException;

/**
 * Estimates um per pixel from white cells: a field is read at many scales, and the segmentation
 * network is surest of its cells at a scale that is a fixed multiple of the true one, whatever the
 * laboratory. Needs no red cell.
 *
 * <p>One cell says little (a third of single crops are off by more than 20 %), so that curves of
 * several fields are pooled: of ten crops, nine in ten are within 13 %.
 *
 * @param sureness by candidate scale, as a share of the highest; 0 where nothing could be said
 */
record SurenessScan(double[] sureness) {
  /** Says how sure a network is of the cells it sees in a field that is read at a scale. */
  @FunctionalInterface
  public interface Probe {
    /**
     * The mean lead, in logits, of the likeliest class over the next in all pixels called cell; 0
     * where fewer are called so than make a cell.
     */
    double sureness(OpticalDensity field, Scale scale) throws ProblemException;
  }

  private static final double FIRST_UM_PER_PX = 0.05;
  private static final double STEP = 1.25;
  private static final int CANDIDATES = 12;

  /**
   * Where the network is surest, over the true scale: the median for crops of marrow and blood and
   * for the blood fields it was trained on. It is above 1 because more pixels a cell help until the
   * cell outgrows what the network sees at once.
   */
  private static final double SUREST_OVER_TRUE = 1.4;

  /** Below this even the surest reading is not of white cells: odds of 12 to 1. */
  private static final double MIN_LOGITS = 2.5;

  /** A field narrower than this holds no cell. */
  private static final double MIN_SIDE_UM = 10;

  /** Keeps a scan of a large field below a quarter of a second. */
  private static final double MAX_UM2 = 1.3e5;

  private static final double AGREEING = Math.log(1.25);

  /** Fields at which an estimate is as sure as it gets. */
  private static final int ENOUGH_FIELDS = 8;

  /** Reads a field at all candidate scales; empty if there is no white cell to be sure of. */
  static Optional<SurenessScan> of(OpticalDensity field, Probe probe) throws ProblemException {
    double[] logits = new double[CANDIDATES];
    double highest = 0;
    for (int k = 0; k < CANDIDATES; k++) {
      double umPerPx = candidate(k);
      double width = field.width() * umPerPx;
      double height = field.height() * umPerPx;
      if (Math.min(width, height) >= MIN_SIDE_UM && width * height <= MAX_UM2) {
        logits[k] = probe.sureness(field, new Scale(umPerPx, Scale.Source.NETWORK, 0));
        highest = Math.max(highest, logits[k]);
      }
    }
    if (highest < MIN_LOGITS) {
      return Optional.empty();
    }
    for (int k = 0; k < CANDIDATES; k++) {
      logits[k] /= highest;
    }
    return Optional.of(new SurenessScan(logits));
  }

  private static double candidate(double k) {
    return FIRST_UM_PER_PX * Math.pow(STEP, k);
  }

  /**
   * The scale of all fields together, with a confidence from their number and agreement; empty
   * without fields, or if sureness still rises at the smallest or largest scale that was tried.
   */
  static Optional<Scale> pooled(List<SurenessScan> scans) {
    double[] sum = new double[CANDIDATES];
    for (SurenessScan scan : scans) {
      for (int k = 0; k < CANDIDATES; k++) {
        sum[k] += scan.sureness[k];
      }
    }
    double peak = peak(sum);
    if (Double.isNaN(peak)) {
      return Optional.empty();
    }
    long agreeing =
        scans.stream()
            .filter(s -> Math.abs((peak(s.sureness) - peak) * Math.log(STEP)) < AGREEING)
            .count();
    double confidence =
        (double) agreeing / scans.size() * Math.min(1, (double) scans.size() / ENOUGH_FIELDS);
    return Optional.of(
        new Scale(candidate(peak) / SUREST_OVER_TRUE, Scale.Source.NETWORK, confidence));
  }

  /** Where a curve is highest, by the parabola through three candidates; not a number at an end. */
  private static double peak(double[] curve) {
    int best = 0;
    for (int k = 1; k < curve.length; k++) {
      best = curve[k] > curve[best] ? k : best;
    }
    if (best == 0 || best == curve.length - 1 || curve[best + 1] == 0) {
      return Double.NaN;
    }
    double bend = curve[best - 1] - 2 * curve[best] + curve[best + 1];
    return best + (bend == 0 ? 0 : 0.5 * (curve[best - 1] - curve[best + 1]) / bend);
  }
}
