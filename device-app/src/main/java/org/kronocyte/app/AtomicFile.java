package org.kronocyte.app;

import java.io.IOException;
import java.nio.file.Path;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.store.SafeFiles;

/** {@link SafeFiles} for what a person is told of. */
final class AtomicFile {
  private AtomicFile() {}

  /**
   * Replaces a file; its folder must exist.
   *
   * @throws ProblemException {@code output_unwritable}
   */
  static void write(Path file, byte[] content) throws ProblemException {
    try {
      SafeFiles.replace(file, content);
    } catch (IOException e) {
      throw new ProblemException(
          "output_unwritable",
          file + " can't be written (" + e + ")",
          "check that the folder exists, its permissions and the free space",
          e);
    }
  }
}
