package org.kronocyte.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kronocyte.camera.ImagePaths;

/**
 * Names the results of many inputs so that none overwrites another: the input's stem, or where two
 * inputs share one, its path below the argument it was reached from.
 */
final class OutputNames {
  /** Taken by the run's own summary. */
  private static final String RESERVED = "summary";

  private OutputNames() {}

  /**
   * One name an entry, without a suffix, relative to the output folder, in the order of the
   * entries.
   */
  static List<Path> of(List<ImagePaths.Entry> entries) {
    Map<String, Integer> uses = new HashMap<>(Map.of(RESERVED, 1));
    for (ImagePaths.Entry entry : entries) {
      uses.merge(stem(entry.path()), 1, Integer::sum);
    }
    Set<Path> taken = new HashSet<>(Set.of(Path.of(RESERVED)));
    List<Path> names = new ArrayList<>();
    for (ImagePaths.Entry entry : entries) {
      Path name = Path.of(stem(entry.path()));
      if (uses.get(name.toString()) > 1) {
        name = belowArgument(entry);
      }
      if (taken.contains(name)) {
        name = name.resolveSibling(entry.path().getFileName());
      }
      Path unique = name;
      for (int i = 2; !taken.add(unique); i++) {
        unique = name.resolveSibling(name.getFileName() + "-" + i);
      }
      names.add(unique);
    }
    return names;
  }

  private static Path belowArgument(ImagePaths.Entry entry) {
    if (entry.path().equals(entry.argument())) {
      return Path.of(stem(entry.path()));
    }
    return entry.argument().relativize(entry.path()).resolveSibling(stem(entry.path()));
  }

  private static String stem(Path path) {
    String name = path.getFileName() == null ? "root" : path.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }
}
