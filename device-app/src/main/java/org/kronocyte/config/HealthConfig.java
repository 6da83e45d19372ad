package org.kronocyte.config;

import java.time.Duration;
import org.kronocyte.config.yaml.Values;
import org.kronocyte.config.yaml.YamlSection;

/**
 * The device's own state.
 *
 * @param interval time between two health messages, 5 s to 1 h
 */
public record HealthConfig(Duration interval) {
  public static final Duration DEFAULT_INTERVAL = Duration.ofMinutes(1);

  static HealthConfig read(YamlSection in) {
    HealthConfig health =
        new HealthConfig(
            Values.duration(
                    in, "interval", Duration.ofSeconds(5), Duration.ofHours(1), DEFAULT_INTERVAL)
                .orElse(DEFAULT_INTERVAL));
    in.finish();
    return health;
  }
}
