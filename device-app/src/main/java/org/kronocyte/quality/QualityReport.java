package org.kronocyte.quality;

import java.util.ArrayList;
import java.util.List;

/**
 * What the gate thinks of a frame.
 *
 * @param focus sharpness score, higher is sharper; see {@code FocusMeter} for its unit
 * @param usable whether a live frame may be counted
 * @param reasons why not, or what to mind, as stable codes such as {@code out_of_focus}
 */
public record QualityReport(double focus, boolean usable, List<String> reasons) {
  public QualityReport {
    reasons = List.copyOf(reasons);
  }

  /** The same verdict with more to mind. */
  public QualityReport with(List<String> more) {
    if (more.isEmpty()) {
      return this;
    }
    List<String> all = new ArrayList<>(reasons);
    all.addAll(more);
    return new QualityReport(focus, usable, all);
  }
}
