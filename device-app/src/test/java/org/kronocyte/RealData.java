package org.kronocyte;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of real images, which are not part of the repository: {@code KRONOCYTE_DATA}, else
 * {@code ../shared/data} beside the checkout. A test that needs it is skipped where it is absent,
 * or fails if {@code KRONOCYTE_DATA_REQUIRED} is {@code true}.
 */
public final class RealData {
  private static final Logger LOG = LoggerFactory.getLogger(RealData.class);

  private final Path folder;

  private RealData(Path folder) {
    this.folder = folder;
  }

  public static RealData orSkip() {
    String named = System.getenv("KRONOCYTE_DATA");
    // Tests run in the module's folder.
    Path folder = Path.of(named == null ? "../../shared/data" : named).toAbsolutePath().normalize();
    boolean present = Files.isRegularFile(folder.resolve("cells/split.csv"));
    String message =
        "no real images in " + folder + "; set KRONOCYTE_DATA to the folder that holds them";
    if (!present && Boolean.parseBoolean(System.getenv("KRONOCYTE_DATA_REQUIRED"))) {
      fail(message);
    }
    if (!present) {
      LOG.warn("SKIPPED: {}", message);
    }
    assumeTrue(present, message);
    return new RealData(folder);
  }

  public Path path(String relative) {
    return folder.resolve(relative);
  }

  /** The files of a folder in sorted order. */
  public List<Path> files(String relative) throws IOException {
    try (var files = Files.list(path(relative))) {
      return files.sorted().toList();
    }
  }

  /** The rows of a table below its heading; lines end in any way. */
  public List<String[]> rows(String relative) throws IOException {
    List<String[]> rows = new ArrayList<>();
    List<String> lines = Files.readAllLines(path(relative));
    for (String line : lines.subList(1, lines.size())) {
      rows.add(line.strip().split(",", -1));
    }
    return rows;
  }
}
