package org.kronocyte.config;

import java.nio.file.Path;
import java.util.Optional;
import org.kronocyte.config.yaml.Values;
import org.kronocyte.config.yaml.YamlSection;

/**
 * The networks.
 *
 * @param dir absolute path of the folder with installed model packs; empty for the packs the
 *     program came with
 * @param engine what runs them
 */
public record ModelsConfig(Optional<Path> dir, EngineKind engine) {
  static ModelsConfig read(YamlSection in) {
    ModelsConfig models =
        new ModelsConfig(
            Values.path(in, "dir", "/var/lib/kronocyte/models"),
            Values.choice(in, "engine", EngineKind.class).orElse(EngineKind.AUTO));
    in.finish();
    return models;
  }
}
