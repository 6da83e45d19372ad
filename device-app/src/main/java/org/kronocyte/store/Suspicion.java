package org.kronocyte.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A note in the data folder that damage was met while working, so that the next start looks at the
 * indexes, too, which takes much longer than reading every page once.
 */
final class Suspicion {
  private static final Logger LOG = LoggerFactory.getLogger(Suspicion.class);
  private static final String FILE = "suspect";

  private Suspicion() {}

  static void note(Path folder) {
    try {
      Folders.createFile(folder.resolve(FILE));
    } catch (IOException e) {
      LOG.warn("it can't be noted that the database is suspect: {}", e.toString());
    }
  }

  static boolean isNoted(Path folder) {
    return Files.exists(folder.resolve(FILE));
  }

  static void clear(Path folder) throws IOException {
    Files.deleteIfExists(folder.resolve(FILE));
  }
}
