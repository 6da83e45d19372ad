package org.kronocyte.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What this process holds of the system.
 *
 * @param residentKib physical memory
 */
record Ownings(long threads, long descriptors, long residentKib) {
  private static final Set<String> OF_THE_HARNESS = Set.of("tap", "receiver", "process reaper");

  static Ownings now() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      long rss =
          Files.readAllLines(Path.of("/proc/self/status")).stream()
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElse(0);
      return new Ownings(
          Thread.getAllStackTraces().keySet().stream()
              .filter(t -> !OF_THE_HARNESS.contains(t.getName()))
              .count(),
          open.count(),
          rss);
    }
  }
}
