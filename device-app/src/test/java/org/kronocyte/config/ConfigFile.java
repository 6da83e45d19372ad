package org.kronocyte.config;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.kronocyte.problem.Problem;
import org.kronocyte.problem.ProblemException;

/** Reads configuration written in a test. */
record ConfigFile(Path dir) {
  static final BoardDefaults.Lookup NO_PROFILES =
      profile -> {
        throw new ProblemException("board_profile_unknown", "no " + profile, "write none");
      };

  DeviceConfig read(String text) throws ProblemException {
    return read(text, NO_PROFILES);
  }

  DeviceConfig read(String text, BoardDefaults.Lookup profiles) throws ProblemException {
    try {
      return DeviceConfig.read(Files.writeString(dir.resolve("k.yaml"), text), profiles);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Problem refused(String text) {
    return assertThrows(ProblemException.class, () -> read(text), text).problem();
  }

  String problems(String text) {
    return refused(text).sentence();
  }
}
