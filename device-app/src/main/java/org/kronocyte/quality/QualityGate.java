package org.kronocyte.quality;

import java.util.ArrayList;
import java.util.List;
import org.kronocyte.image.OpticalDensity;

/**
 * Decides whether a field is worth counting: sharp, well exposed, not empty, not seen a moment ago.
 * Remembers the last fields it was told of. Thread-safe.
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

  /** How many counted fields a new one is compared with. */
  public int repeatWindow() {
    return limits.repeatWindow();
  }

  /**
   * What can be said of a field alone.
   *
   * @param report without a word on repetition
   * @param thumbnail to {@link #remember} once the field is counted
   * @param comparedTo number of the newest remembered field it is known not to repeat, nor any
   *     before
   */
  public record Assessment(QualityReport report, FieldThumbnail thumbnail, long comparedTo) {}

  /**
   * Looks at one field.
   *
   * @param resampled the field at 0.25 um/px
   */
  public Assessment assess(OpticalDensity resampled, WhiteBalance light) {
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
    return new Assessment(new QualityReport(focus, reasons.isEmpty(), reasons), thumbnail, 0);
  }

  /**
   * Compares a field with those remembered now, so that {@link #judge} has only later ones to look
   * at. A repetition isn't noted: by then another slide may have begun.
   */
  public Assessment compared(Assessment field) {
    synchronized (seen) {
      return !field.report().usable() || seen.knows(field.thumbnail(), field.comparedTo())
          ? field
          : new Assessment(field.report(), field.thumbnail(), seen.newest());
    }
  }

  /** The verdict on a field by what is remembered now. */
  public QualityReport judge(Assessment field) {
    boolean repeated;
    synchronized (seen) {
      repeated = field.report().usable() && seen.knows(field.thumbnail(), field.comparedTo());
    }
    return repeated
        ? new QualityReport(field.report().focus(), false, List.of("repeated_field"))
        : field.report();
  }

  /** The field was counted: one that looks like it is a repetition. */
  public void remember(FieldThumbnail counted) {
    synchronized (seen) {
      seen.add(counted);
    }
  }

  /** Another slide, or the same after a restart: only these fields were counted, oldest first. */
  public void remember(List<FieldThumbnail> counted) {
    synchronized (seen) {
      seen.clear();
      counted.forEach(seen::add);
    }
  }
}
