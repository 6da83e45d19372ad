package org.kronocyte.classify;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.kronocyte.model.SiteCalibration;
import org.kronocyte.problem.ProblemException;

/**
 * When a site's correction could do harm. Probabilities are {@code [N,K]}, a row a cell.
 *
 * @param labels the model's classes
 * @param care whether a person chose the cells
 */
record SiteGuards(List<String> labels, SiteCalibrator.Care care) {
  /** A site with hardly any other cells doesn't show how its colours differ. */
  private static final double MAX_SHARE = 0.75;

  /**
   * By mean probability: all cells must be recognised better by so much, and so must the anchors,
   * of which it is known what they are. With less they were, on the whole, named no better, and
   * often worse.
   */
  private static final double LEAST_GAIN = 0.03;

  /** For all cells where they are measured to be of another size, which is a sign of its own. */
  private static final double LEAST_GAIN_RESIZED = 0.02;

  /** With a smaller correction that is told as the reason: cells look as they should. */
  private static final double SMALL_CHANGE = 0.1;

  /** Of all cells: more that were blasts before and aren't afterwards may be a leukaemia. */
  private static final double MAX_BLASTS_LOST = 0.02;

  /**
   * Looks at a correction before it is used.
   *
   * @param before as the model came
   * @param after with the correction
   * @param anchors places of the cells that the correction was learnt from
   * @param resized whether cells are magnified, too
   * @throws ProblemException {@code site_mix_too_odd}, {@code site_as_expected}, {@code
   *     site_no_better}; without a person also {@code site_blasts_vanish}
   */
  void check(
      double[][] before,
      double[][] after,
      int[] anchors,
      Map<String, SiteCalibration.Correction> corrections,
      boolean resized)
      throws ProblemException {
    refuseOddMix(Probabilities.means(after));
    if (care == SiteCalibrator.Care.UNATTENDED) {
      // Before the size of the correction: the reason that matters most is told.
      refuseVanishingBlasts(before, after);
    }
    double change = change(corrections);
    refuseNoGain("cells", before, after, resized ? LEAST_GAIN_RESIZED : LEAST_GAIN, change);
    if (!resized) {
      refuseNoGain(
          "the surest of the cells",
          only(anchors, before),
          only(anchors, after),
          LEAST_GAIN,
          change);
    }
  }

  /**
   * Whether cells may be shown in another size, their stain left as it is: if they are recognised
   * no less surely then. No gain is asked for, since neutrophils of another size are a sign of
   * their own. But where nearly all cells are of one class, or taken for neutrophils, these may be
   * something else.
   *
   * @param before as they came
   * @param after magnified
   * @param ruler the classes that told the size
   */
  boolean sizeFits(double[][] before, double[][] after, List<String> ruler) {
    double[] shares = Probabilities.means(after);
    double measured = ruler.stream().mapToDouble(label -> shares[labels.indexOf(label)]).sum();
    return Probabilities.confidence(after) >= Probabilities.confidence(before)
        && measured <= MAX_SHARE
        && Arrays.stream(shares).allMatch(share -> share <= MAX_SHARE);
  }

  private static double[][] only(int[] places, double[][] rows) {
    return Arrays.stream(places).mapToObj(n -> rows[n]).toArray(double[][]::new);
  }

  private void refuseOddMix(double[] shares) throws ProblemException {
    for (int k = 0; k < shares.length; k++) {
      if (shares[k] > MAX_SHARE) {
        throw new ProblemException(
            "site_mix_too_odd",
            String.format(
                Locale.ROOT, "%.0f %% of the cells look like %s", 100 * shares[k], labels.get(k)),
            "give images of a slide with a usual mixture of cells");
      }
    }
  }

  private void refuseVanishingBlasts(double[][] before, double[][] after) throws ProblemException {
    int blast = labels.indexOf(CellClass.BLA.name());
    int seen = 0;
    int lost = 0;
    for (int n = 0; n < before.length; n++) {
      if (Probabilities.best(before[n]) == blast) {
        seen++;
        lost += Probabilities.best(after[n]) == blast ? 0 : 1;
      }
    }
    if (lost > MAX_BLASTS_LOST * before.length) {
      throw new ProblemException(
          "site_blasts_vanish",
          seen
              + " of "
              + before.length
              + " cells are called blasts, "
              + lost
              + " of these no longer so with the correction",
          "let a person look at these slides; if they are normal, run 'kronocyte calibrate' on their"
              + " images and set models.site to the file, or send site-calibrate with"
              + " slides_are_normal");
    }
  }

  private static void refuseNoGain(
      String which, double[][] before, double[][] after, double least, double change)
      throws ProblemException {
    double sure = Probabilities.confidence(before);
    double surer = Probabilities.confidence(after);
    if (surer >= sure + least) {
      return;
    }
    String gain =
        String.format(
            Locale.ROOT,
            "with the correction %s are recognised with mean probability %.3f, without it with"
                + " %.3f; it takes %.2f more",
            which,
            surer,
            sure,
            least);
    if (change < SMALL_CHANGE) {
      throw new ProblemException(
          "site_as_expected",
          String.format(
              Locale.ROOT,
              "the cells look as the model expects them: spreads differ by a factor of %.2f only,"
                  + " and %s",
              Math.exp(change),
              gain),
          "go on without a site calibration");
    }
    throw new ProblemException("site_no_better", gain, "go on without a site calibration");
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
}
