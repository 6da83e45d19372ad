import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Lives of the desk, store and outbox that end by themselves; see diskfull.sh and clock.sh. */
final class LivesHarness {
  private final Options options;
  private final Random random;
  private final Path data;
  private final Reports reports = new Reports();
  private final Map<String, Integer> problems = new TreeMap<>();
  private final List<String> faults = new ArrayList<>();
  private final List<String> started = new ArrayList<>();
  private final Map<String, Integer> newestField = new TreeMap<>();

  private LivesHarness(Options options, long seed) {
    this.options = options;
    this.random = new Random(seed);
    this.data = options.path("--work").resolve("data");
  }

  public static void main(String[] arguments) throws Exception {
    Options options = new Options(arguments);
    long seed = options.seed();
    System.out.println("seed " + seed);
    new LivesHarness(options, seed).run(seed);
  }

  private void run(long seed) throws Exception {
    boolean full = options.text("--kind", "").equals("diskfull");
    long lives = options.number("--runs", options.isLong() ? 100 : full ? 2 : 6);
    int fields = full ? 60 : 15;
    for (int life = 0; life < lives && faults.isEmpty(); life++) {
      Map<String, String> environment =
          full
              ? Map.of(
                  "LD_PRELOAD", options.path("--preload").toString(),
                  "KRONOCYTE_FULL_DIR", data.toString(),
                  "KRONOCYTE_FULL_SEED", String.valueOf(random.nextInt(1_000_000)),
                  "KRONOCYTE_FULL_ERRNO", life % 2 == 0 ? "28" : "30")
              : Map.of();
      newestField.clear();
      StringBuilder last = new StringBuilder();
      DaemonProcess desk =
          DaemonProcess.startDesk(
              environment,
              line -> {
                last.append(line.startsWith(DeskProcess.MESSAGE) ? "" : line + "\n");
                line(line);
              },
              data.toString(),
              String.valueOf(random.nextInt(1_000_000)),
              "10",
              String.valueOf(fields));
      int exit = desk.await(400);
      if (exit != 0) {
        faults.add("life " + life + " ended with " + exit + ": " + last);
      }
      Path copy = StoreOracle.copy(data, options.path("--work").resolve("copy"));
      faults.addAll(StoreOracle.check(copy, reports, true));
      order(copy);
    }
    faults.forEach(System.out::println);
    boolean tried = !full || problems.getOrDefault("disk_full", 0) > 0;
    if (!tried) {
      System.out.println("the disk never was full: nothing was tried");
    }
    Options.verdict(
        options,
        options.text("--kind", ""),
        seed,
        lives
            + " lives, fields reported "
            + reports.fieldsReported()
            + ", messages "
            + reports.messages()
            + (full ? ", problems " + problems : ", slides " + started.size())
            + ", faults "
            + faults.size(),
        faults.isEmpty() && tried);
  }

  private synchronized void line(String line) {
    if (line.startsWith(DeskProcess.PROBLEM)) {
      problems.merge(line.split(" ", 3)[1], 1, Integer::sum);
    } else if (line.startsWith(DeskProcess.MESSAGE)) {
      int json = line.indexOf(" {");
      String topic = line.substring(DeskProcess.MESSAGE.length(), json);
      reports.message(topic, line.substring(json + 1));
      inOrder(topic, line.substring(json + 1));
    } else if (line.contains("SlideDesk: slide ") && line.endsWith(" started")) {
      started.add(line.replaceAll(".*slide (\\S+) started", "$1"));
    }
    reports.log(line);
  }

  /** Fields of a slide go in the order they were counted, but for repetitions. */
  private void inOrder(String topic, String json) {
    if (topic.contains("/field/")) {
      int number = Integer.parseInt(json.replaceAll(".*\"field\":(\\d+).*", "$1"));
      int newest = newestField.merge(topic, number, Math::max);
      if (number < newest) {
        faults.add(topic + ": field " + number + " came after " + newest);
      }
    }
  }

  /** The list of slides is in the order they were started, and none is gone. */
  private void order(Path copy) throws Exception {
    try (Connection db = DriverManager.getConnection("jdbc:sqlite:" + copy)) {
      String stored =
          StoreOracle.text(
              db, "SELECT group_concat(id, ' ') FROM (SELECT id FROM slide ORDER BY key)");
      if (!stored.equals(String.join(" ", started))) {
        faults.add("slides started " + started + ", stored " + stored);
      }
    }
  }
}
