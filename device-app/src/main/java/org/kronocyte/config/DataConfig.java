package org.kronocyte.config;

import java.nio.file.Path;
import org.kronocyte.config.yaml.Values;
import org.kronocyte.config.yaml.YamlSection;

/**
 * What the device keeps.
 *
 * @param dir absolute path of the folder for the database and the cause file; the only folder the
 *     daemon writes to
 */
public record DataConfig(Path dir) {
  public static final Path DEFAULT_DIR = Path.of("/var/lib/kronocyte");

  static DataConfig read(YamlSection in) {
    DataConfig data =
        new DataConfig(Values.path(in, "dir", DEFAULT_DIR.toString()).orElse(DEFAULT_DIR));
    in.finish();
    return data;
  }
}
