package org.kronocyte.classify;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.kronocyte.segment.NucleusMeasures;
import org.kronocyte.segment.SegmentedCell;

/**
 * A cell's measures as a short English sentence. Words only where a bound can be given: diameter of
 * a disc of equal area below 10 um small (a small lymphocyte), above 15 um large (a monocyte);
 * nucleus over cell area below 0.5 low, above 0.75 high; circularity below 0.7 irregular. All else
 * stays a number.
 */
final class MorphologyWords {
  static final double SMALL_UM = 10;
  static final double LARGE_UM = 15;
  static final double LOW_NC = 0.5;
  static final double HIGH_NC = 0.75;
  static final double IRREGULAR = 0.7;

  private MorphologyWords() {}

  static String of(SegmentedCell cell) {
    List<String> parts = new ArrayList<>();
    double diameter = 2 * Math.sqrt(cell.areaUm2() / Math.PI);
    String size = diameter < SMALL_UM ? "small" : diameter > LARGE_UM ? "large" : "medium-sized";
    String outline = cell.circularity() < IRREGULAR ? ", irregular" : "";
    parts.add(size + outline + " cell of " + tenths(diameter) + " um");
    if (cell.nucleusAreaUm2() < SegmentedCell.MIN_NUCLEUS_UM2) {
      parts.add("no nucleus");
      return String.join(", ", parts);
    }
    Optional<NucleusMeasures> nucleus = cell.nucleus();
    nucleus.ifPresent(n -> parts.add(lobes(n.lobes())));
    double nc = cell.ncRatio();
    String share = nc < LOW_NC ? "low" : nc > HIGH_NC ? "high" : "moderate";
    parts.add("N:C " + hundredths(nc) + " (" + share + ")");
    nucleus.ifPresent(
        n ->
            parts.add(
                "chromatin density "
                    + hundredths(n.meanOd())
                    + " +- "
                    + hundredths(n.sdOd())
                    + " OD"));
    cell.nucleusContrast()
        .ifPresent(c -> parts.add("nucleus " + tenths(c) + " times as dense as red cells"));
    return String.join(", ", parts);
  }

  private static String lobes(int lobes) {
    return lobes > 1 ? "nucleus of " + lobes + " lobes" : "nucleus in one piece";
  }

  private static String tenths(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static String hundredths(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
