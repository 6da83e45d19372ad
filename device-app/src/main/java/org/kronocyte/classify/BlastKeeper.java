package org.kronocyte.classify;

import java.util.ArrayList;
import java.util.List;

/**
 * Keeps a site calibration from making a leukaemic slide look normal: what the model as it came
 * calls a blast is never counted as another cell. It becomes uncertain, stays in the denominator,
 * and says why.
 */
public final class BlastKeeper {
  /** The calibrated model counts it as something else than the model as it came: a blast. */
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
      boolean lost =
          plain.get(i).verdict().label() == CellClass.BLA && verdict.label() != CellClass.BLA;
      out.add(
          lost && verdict.status() == CellStatus.COUNTED
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
}
