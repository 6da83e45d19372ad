package org.kronocyte.config;

import java.util.Optional;
import java.util.OptionalDouble;
import org.kronocyte.config.yaml.Values;
import org.kronocyte.config.yaml.YamlSection;

/**
 * The microscope.
 *
 * @param umPerPx micrometres a pixel as measured with a stage micrometer; empty for {@code auto},
 *     found from the red cells in view
 */
public record OpticsConfig(OptionalDouble umPerPx) {
  /** What is taken if the file doesn't say. */
  public static final OptionalDouble DEFAULT_UM_PER_PX = OptionalDouble.empty();

  // The range a microscope camera can have; image.Scale refuses anything outside.
  static final double MIN_UM_PER_PX = 0.02;
  static final double MAX_UM_PER_PX = 2.0;

  static OpticsConfig read(YamlSection in) {
    Optional<OptionalDouble> written =
        in.value(
            "um_per_px",
            "auto or a number from 0.02 to 2 (micrometres a pixel)",
            "0.09",
            text ->
                text.equals("auto")
                    ? Optional.of(OptionalDouble.empty())
                    : Values.number(text, MIN_UM_PER_PX, MAX_UM_PER_PX).map(OptionalDouble::of));
    in.finish();
    return new OpticsConfig(written.orElse(DEFAULT_UM_PER_PX));
  }
}
