package org.kronocyte.config;

import org.kronocyte.config.yaml.ProblemList;
import org.kronocyte.config.yaml.YamlFile;
import org.kronocyte.problem.ProblemException;

/** Any bytes are a configuration or a {@link ProblemException}. */
public final class ConfigFuzz {
  private ConfigFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    ProblemList problems = new ProblemList("fuzz.yaml");
    try {
      DeviceConfig.of(
          YamlFile.parse(input, "fuzz.yaml", problems), problems, name -> BoardDefaults.GENERIC);
    } catch (ProblemException e) {
      if (e.problem().message().isBlank() || e.problem().remedy().isBlank()) {
        throw new IllegalStateException("a problem without words", e);
      }
    }
  }
}
