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
  /** Of this process, without the threads the harness itself has. */
  static Ownings now() throws IOException {
    Ownings all = of(ProcessHandle.current().pid());
    long threads =
        Thread.getAllStackTraces().keySet().stream()
            .filter(t -> !ofTheHarness(t.getName()))
            .count();
    return new Ownings(threads, all.descriptors(), all.residentKib());
  }

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

  private static boolean ofTheHarness(String thread) {
    return thread.equals("tap") || thread.contains("receiver") || thread.equals("process reaper");
  }
}
