import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a process holds of the system.
 *
 * @param residentKib physical memory
 */
record Ownings(long threads, long descriptors, long residentKib) {
  static Ownings of(long pid) throws IOException {
    long rss = 0;
    long threads = 0;
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        rss = Long.parseLong(line.replaceAll("\\D", ""));
      } else if (line.startsWith("Threads:")) {
        threads = Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      return new Ownings(threads, open.count(), rss);
    }
  }

  Ownings least(Ownings other) {
    return new Ownings(
        Math.min(threads, other.threads),
        Math.min(descriptors, other.descriptors),
        Math.min(residentKib, other.residentKib));
  }
}
