package org.kronocyte.config;

import java.util.Optional;
import org.kronocyte.config.yaml.Values;
import org.kronocyte.config.yaml.YamlSection;

/**
 * The slides of this device.
 *
 * @param specimen what is on them; has no default, because the wrong one gives wrong denominators
 * @param plannedCells how many cells to count before a slide is complete, 1 to 100000
 * @param id name of the slide the daemon starts with, {@code [a-z0-9-]{1,40}}; empty if slides are
 *     started by button or command
 */
public record SlideConfig(SpecimenKind specimen, int plannedCells, Optional<String> id) {
  /** Nucleated cells for a marrow differential, ICSH guideline 2008. */
  public static final int DEFAULT_PLANNED_MARROW_CELLS = 500;

  /** White cells for a blood differential: two readers of 100 each are the usual practice. */
  public static final int DEFAULT_PLANNED_BLOOD_CELLS = 200;

  static final int MAX_PLANNED_CELLS = 100_000;

  static SlideConfig read(YamlSection in) {
    in.require("specimen", "marrow or blood", "blood");
    SpecimenKind specimen =
        Values.choice(in, "specimen", SpecimenKind.class).orElse(SpecimenKind.MARROW);
    int planned =
        specimen == SpecimenKind.MARROW
            ? DEFAULT_PLANNED_MARROW_CELLS
            : DEFAULT_PLANNED_BLOOD_CELLS;
    SlideConfig slide =
        new SlideConfig(
            specimen,
            Values.integer(in, "planned_cells", 1, MAX_PLANNED_CELLS, planned).orElse(planned),
            Values.id(in, "id", "slide-1"));
    in.finish();
    return slide;
  }
}
