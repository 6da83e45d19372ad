package org.kronocyte.config;

import java.util.Optional;
import org.kronocyte.config.yaml.Values;
import org.kronocyte.config.yaml.YamlSection;

/**
 * Use of the processor.
 *
 * @param inference threads for one network, 1 to 8; the board profile's default leaves cores for
 *     the camera and for the other of the two networks
 * @param overlap whether one field is prepared while the one before it is read; empty leaves that
 *     to the number of processors
 */
public record ThreadsConfig(int inference, Optional<Boolean> overlap) {
  public static final int MAX_INFERENCE = 8;

  static ThreadsConfig read(YamlSection in, BoardDefaults defaults) {
    ThreadsConfig threads =
        new ThreadsConfig(
            Values.integer(in, "inference", 1, MAX_INFERENCE, defaults.inferenceThreads())
                .orElse(defaults.inferenceThreads()),
            Values.flag(in, "overlap", true));
    in.finish();
    return threads;
  }
}
