package org.kronocyte.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.kronocyte.evaluate.BoundaryTally;
import org.kronocyte.evaluate.ImageScore;
import org.kronocyte.evaluate.Score;
import org.kronocyte.evaluate.SetScore;

/** Scores as tables for people; "-" where a set's truth can't give a measure. */
final class EvaluationTable {
  private static final int WORST = 5;
  private static final String HEADING =
      "%-12s %-12s %6s %6s %6s %6s %6s %6s %6s %6s %6s %6s %6s %6s %6s %8s%n";

  private EvaluationTable() {}

  static void print(List<SetScore> scores, PrintWriter out) {
    out.printf(
        HEADING, "set", "engine", "images", "cell", "nucl.", "cellBF", "nucBF", "AJI", "PQ", "F1",
        "recall", "extra", "count", "boxrec", "boxext", "alike");
    for (SetScore score : scores) {
      Score pooled = score.pooled();
      out.printf(
          HEADING,
          score.set().id(),
          score.contestant(),
          score.images().size(),
          three(pooled.cell().value()),
          three(pooled.nucleus().value()),
          three(pooled.cellBoundary().value()),
          three(pooled.nucleusBoundary().value()),
          three(pooled.cells().aggregatedJaccard()),
          three(pooled.cells().panopticQuality()),
          three(pooled.cells().f1()),
          three(pooled.cells().recall()),
          three(pooled.cells().extraPerImage()),
          three(pooled.cells().relativeCountError()),
          three(pooled.boxes().recall()),
          three(pooled.boxes().extraPerImage()),
          percent(score.agreement().share()));
    }
    out.printf(
        Locale.ROOT,
        "Pooled over the images. cell, nucl.: Dice; BF: boundary F within the larger of %.2f um and 2 px;%n"
            + "F1, recall, extra (an image): cells at IoU 0.5, by mask if there is one; count: relative count error;%n"
            + "alike: %% of the mask's pixels that are as the set's first engine has them.%n",
        BoundaryTally.TOLERANCE_UM);
    for (SetScore score : scores) {
      worst(score, out);
    }
  }

  private static void worst(SetScore score, PrintWriter out) {
    out.printf("%nWorst of %s, %s:%n", score.set().id(), score.contestant());
    out.printf(
        "  %-28s %6s %6s %6s %6s %6s %6s %6s %6s %6s %6s%n",
        "image", "cell", "nucl.", "cellBF", "nucBF", "AJI", "PQ", "F1", "true", "found", "extra");
    for (ImageScore image : score.worst(WORST)) {
      Score s = image.score();
      out.printf(
          "  %-28s %6s %6s %6s %6s %6s %6s %6s %6d %6d %6d%n",
          image.image(),
          three(s.cell().value()),
          three(s.nucleus().value()),
          three(s.cellBoundary().value()),
          three(s.nucleusBoundary().value()),
          three(s.cells().aggregatedJaccard()),
          three(s.cells().panopticQuality()),
          three(s.cells().f1()),
          s.cells().truth(),
          s.cells().matched(),
          s.cells().extra());
    }
  }

  private static String percent(OptionalDouble share) {
    return share.isEmpty() ? "-" : String.format(Locale.ROOT, "%.3f", 100 * share.getAsDouble());
  }

  private static String three(OptionalDouble value) {
    return value.isEmpty() ? "-" : String.format(Locale.ROOT, "%.3f", value.getAsDouble());
  }
}
