package org.kronocyte.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.kronocyte.problem.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder that goes when it is closed. Only its owner may look into it.
 *
 * @param path its place
 */
record TemporaryFolder(Path path) implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TemporaryFolder.class);

  static TemporaryFolder create(String prefix) throws ProblemException {
    try {
      return new TemporaryFolder(Files.createTempDirectory(prefix));
    } catch (IOException e) {
      throw new ProblemException(
          "no_temporary_folder",
          "no temporary folder can be made (" + e + ")",
          "free some room in /tmp, or name another folder with -Djava.io.tmpdir",
          e);
    }
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.list(path)) {
      List<Path> all = files.toList();
      for (Path file : all) {
        Files.delete(file);
      }
      Files.delete(path);
    } catch (IOException e) {
      LOG.warn("the temporary folder {} stays behind: {}", path, e.toString());
    }
  }
}
