package org.kronocyte.config;

import java.util.OptionalDouble;
import org.kronocyte.config.yaml.Values;
import org.kronocyte.config.yaml.YamlSection;

/**
 * When a live frame may be counted.
 *
 * @param minFocus smallest focus score, in the unit of {@code quality}'s focus meter, 0 to 1000000;
 *     empty for the meter's own threshold
 * @param maxSaturatedShare largest share of burnt-out pixels, 0 to 1
 * @param repeatWindow how many counted fields a new one is compared with, so that none is counted
 *     twice, 1 to 10000
 */
public record QualityConfig(OptionalDouble minFocus, double maxSaturatedShare, int repeatWindow) {
  public static final OptionalDouble DEFAULT_MIN_FOCUS = OptionalDouble.empty();
  public static final double DEFAULT_MAX_SATURATED_SHARE = 0.5;
  public static final int DEFAULT_REPEAT_WINDOW = 64;

  static QualityConfig read(YamlSection in) {
    OptionalDouble minFocus = Values.decimal(in, "min_focus", 0, 1_000_000, 12.5);
    QualityConfig quality =
        new QualityConfig(
            minFocus.isPresent() ? minFocus : DEFAULT_MIN_FOCUS,
            Values.decimal(in, "max_saturated_share", 0, 1, DEFAULT_MAX_SATURATED_SHARE)
                .orElse(DEFAULT_MAX_SATURATED_SHARE),
            Values.integer(in, "repeat_window", 1, 10_000, DEFAULT_REPEAT_WINDOW)
                .orElse(DEFAULT_REPEAT_WINDOW));
    in.finish();
    return quality;
  }
}
