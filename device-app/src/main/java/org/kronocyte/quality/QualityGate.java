package org.kronocyte.quality;

import java.util.ArrayList;
import java.util.List;
import org.kronocyte.image.OpticalDensity;

/**
 * Decides whether a field is worth counting: sharp, well exposed, not empty, not seen a moment ago.
 * One thread; remembers the last fields it accepted.
 */
public final class QualityGate {
  /**
   * The limits.
   *
   * @param minFocus least {@link FocusMeter} score at 0.25 um/px
   * @param maxSaturatedShare most pixels at the end of the camera's range, 0 to 1
   * @param minBackground least grey value of empty glass in the darkest channel
   * @param minStainedShare least share of pixels with anything on the glass
   * @param repeatWindow accepted fields to compare with, 0 switches the comparison off
   */
  public record Limits(
      double minFocus,
      double maxSaturatedShare,
      int minBackground,
      double minStainedShare,
      int repeatWindow) {
    /** For a 100x or 40x objective and any common camera. */
    public static final Limits DEFAULT = new Limits(15, 0.6, 50, 0.02, 32);
  }

  /** Density (of 255) above which a pixel holds something: 0.1 OD. */
  private static final int STAINED = 17;

  private final Limits limits;
  private final SeenFields seen;

  public QualityGate(Limits limits) {
    this.limits = limits;
    this.seen = new SeenFields(limits.repeatWindow());
  }

  /**
   * Judges one field, and remembers it if it is usable.
   *
   * @param resampled the field at 0.25 um/px
   */
  public QualityReport assess(OpticalDensity resampled, WhiteBalance light) {
    List<String> reasons = new ArrayList<>();
    double focus = FocusMeter.score(resampled);
    if (focus < limits.minFocus()) {
      reasons.add("out_of_focus");
    }
    if (light.saturatedShare() > limits.maxSaturatedShare()) {
      reasons.add("overexposed");
    }
    if (Math.min(light.blue(), Math.min(light.green(), light.red())) < limits.minBackground()) {
      reasons.add("underexposed");
    }
    FieldThumbnail thumbnail = FieldThumbnail.of(resampled);
    if (thumbnail.shareAbove(STAINED) < limits.minStainedShare()) {
      reasons.add("empty_field");
    }
    if (reasons.isEmpty() && !seen.addIfNew(thumbnail)) {
      reasons.add("repeated_field");
    }
    return new QualityReport(focus, reasons.isEmpty(), reasons);
  }
}
