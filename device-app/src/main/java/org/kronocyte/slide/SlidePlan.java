package org.kronocyte.slide;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.kronocyte.classify.CellClass;

/**
 * What a slide is and what is to be counted on it; fixed from its start.
 *
 * @param slide identifier, {@code [a-z0-9-]{1,40}}, never a patient's name
 * @param startedAt as the device's clock stood
 * @param plannedCells how many cells make the slide complete, 0 for no plan
 * @param modelClasses what the classifier can say; those that can be counted make the
 *     differential's lines
 * @param siteCalibration the site calibration its cells are named with from first to last, or why
 *     the configured one isn't used; empty without one
 */
public record SlidePlan(
    String slide,
    Specimen specimen,
    Optional<Accession> accession,
    Instant startedAt,
    int plannedCells,
    List<CellClass> modelClasses,
    Optional<String> siteCalibration) {
  /** A slide that is read without a site calibration. */
  public SlidePlan(
      String slide,
      Specimen specimen,
      Optional<Accession> accession,
      Instant startedAt,
      int plannedCells,
      List<CellClass> modelClasses) {
    this(slide, specimen, accession, startedAt, plannedCells, modelClasses, Optional.empty());
  }

  public SlidePlan {
    if (!isIdentifier(slide)) {
      throw new IllegalArgumentException("slide id '" + slide + "' is not [a-z0-9-]{1,40}");
    }
    if (plannedCells < 0) {
      throw new IllegalArgumentException(plannedCells + " planned cells");
    }
    Objects.requireNonNull(specimen, "specimen");
    Objects.requireNonNull(accession, "accession");
    Objects.requireNonNull(startedAt, "startedAt");
    modelClasses = List.copyOf(modelClasses);
  }

  /** Whether a text can name a slide: {@code [a-z0-9-]{1,40}}. */
  public static boolean isIdentifier(String text) {
    return text.matches("[a-z0-9-]{1,40}");
  }
}
