package org.kronocyte.config;

import org.kronocyte.config.yaml.Values;
import org.kronocyte.config.yaml.YamlSection;

/**
 * Use of the processor.
 *
 * @param inference threads for the network, 1 to 8; the board profile's default leaves a core for
 *     camera and segmentation
 */
public record ThreadsConfig(int inference) {
  public static final int MAX_INFERENCE = 8;

  static ThreadsConfig read(YamlSection in, BoardDefaults defaults) {
    ThreadsConfig threads =
        new ThreadsConfig(
            Values.integer(in, "inference", 1, MAX_INFERENCE, defaults.inferenceThreads())
                .orElse(defaults.inferenceThreads()));
    in.finish();
    return threads;
  }
}
