package org.kronocyte.classify;

import java.util.ArrayList;
import java.util.List;

/**
 * Keeps a site calibration from making a leukaemic slide look normal: what the model as it came
 * calls a blast is never counted as another cell, nor lost because the calibration rejects it. It
 * becomes uncertain, stays in the denominator, and says why.
 */
public final class BlastKeeper {
  /** The calibrated model counts it as another cell, or as none; the model as it came: a blast. */
  public static final String REASON = "blast_before_calibration";

  private BlastKeeper() {}

  /**
   * The calibrated reading with doubtful cells taken back.
   *
   * @param plain the same cells in the same order, read by the model as it came
   */
  public static List<ClassifiedCell> keep(
      List<ClassifiedCell> calibrated, List<ClassifiedCell> plain) {
    List<ClassifiedCell> out = new ArrayList<>();
    for (int i = 0; i < calibrated.size(); i++) {
      ClassifiedCell cell = calibrated.get(i);
      ClassifiedCell.Verdict verdict = cell.verdict();
      out.add(
          lost(plain.get(i).verdict(), verdict)
              ? new ClassifiedCell(
                  cell.cell(),
                  new ClassifiedCell.Verdict(
                      verdict.label(),
                      verdict.probability(),
                      verdict.probabilities(),
                      CellStatus.UNCERTAIN,
                      REASON))
              : cell);
    }
    return out;
  }

  /** Outline and clump are the same for both: what the model as it came rejects, stays rejected. */
  private static boolean lost(ClassifiedCell.Verdict plain, ClassifiedCell.Verdict calibrated) {
    if (plain.label() != CellClass.BLA) {
      return false;
    }
    return switch (calibrated.status()) {
      case COUNTED -> calibrated.label() != CellClass.BLA;
      case UNCERTAIN -> false;
      case REJECTED -> plain.status() != CellStatus.REJECTED;
    };
  }
}
