import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;

/** What a harness was told on its command line, and where its results go. */
final class Options {
  private final Map<String, String> values = new HashMap<>();

  Options(String[] arguments) {
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      values.put(arguments[i], arguments[i + 1]);
    }
  }

  Path path(String name) {
    return Path.of(values.get(name));
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  String text(String name, String otherwise) {
    return values.getOrDefault(name, otherwise);
  }

  long number(String name, long otherwise) {
    return values.containsKey(name) ? Long.parseLong(values.get(name)) : otherwise;
  }

  boolean isLong() {
    return values.get("--mode").equals("long");
  }

  /** The seed given, or one of the time for a long run, or always the same for a short one. */
  long seed() {
    return number("--seed", isLong() ? System.nanoTime() % 1_000_000_007L : 1);
  }

  /** Adds a line to the results of long runs, and prints the verdict. */
  static void verdict(
      Options options, String harness, long seed, String counts, boolean held) throws IOException {
    if (options.isLong() && options.has("--results")) {
      Files.writeString(
          options.path("--results"),
          String.join(
                  "\t",
                  Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                  harness,
                  String.valueOf(seed),
                  counts,
                  held ? "held" : "FAILED")
              + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
    System.out.println((held ? "PASSED: " : "FAILED: ") + harness + ", seed " + seed + ", " + counts);
    System.exit(held ? 0 : 1);
  }
}
