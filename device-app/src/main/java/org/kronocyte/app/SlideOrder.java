package org.kronocyte.app;

import java.util.Optional;
import java.util.OptionalInt;
import org.kronocyte.slide.Accession;
import org.kronocyte.slide.Specimen;

/**
 * What a person says of a slide when starting it; what is left out is as configured.
 *
 * @param slide identifier, {@code [a-z0-9-]{1,40}}, never a name; without it one is made
 * @param accession the laboratory's number
 * @param plannedCells 1 to {@link #MAX_PLANNED_CELLS}
 */
public record SlideOrder(
    Optional<String> slide,
    Optional<Specimen> specimen,
    Optional<Accession> accession,
    OptionalInt plannedCells) {
  public static final int MAX_PLANNED_CELLS = 100_000;

  /** Everything as configured. */
  public static final SlideOrder STANDARD =
      new SlideOrder(Optional.empty(), Optional.empty(), Optional.empty(), OptionalInt.empty());
}
