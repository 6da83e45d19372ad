import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.store.Database;

/** Power cuts at many points of a recorded run; see powercut.sh. */
final class PowerCutHarness {
  private static final String LOG = "kronocyte.db-wal";
  private static final String DATABASE = "kronocyte.db";

  private final Options options;
  private final long seed;
  private final Path work;
  private final Path data;
  private List<DiskRecord.Op> ops = List.of();

  private PowerCutHarness(Options options, long seed) {
    this.options = options;
    this.seed = seed;
    this.work = options.path("--work");
    this.data = work.resolve("data");
  }

  public static void main(String[] arguments) throws Exception {
    Options options = new Options(arguments);
    new PowerCutHarness(options, options.seed()).run();
  }

  private void run() throws Exception {
    System.out.println("seed " + seed);
    Path record = work.resolve("record");
    int fields = (int) options.number("--fields", options.isLong() ? 400 : 40);
    record(record, fields / 2, true);
    record(record, fields, false);
    ops = DiskRecord.read(record, data);
    System.out.println(ops.size() + " calls recorded, " + acknowledged() + " fields reported");
    int cuts = (int) options.number("--runs", options.isLong() ? Integer.MAX_VALUE : 300);
    Result whole = replay(chosen(cuts), op -> false, Integer.MAX_VALUE);
    whole.faults().forEach(System.out::println);
    boolean held = whole.faults().isEmpty() && acknowledged() > 0;
    Map<String, Predicate<DiskRecord.Op>> without = new LinkedHashMap<>();
    without.put("the log's syncs", op -> op.op() == 'S' && op.file().equals(LOG));
    without.put("the database's syncs", op -> op.op() == 'S' && op.file().equals(DATABASE));
    without.put("the folder's syncs", op -> op.op() == 'D');
    for (Map.Entry<String, Predicate<DiskRecord.Op>> mutant : without.entrySet()) {
      boolean noticed = !replay(chosen(cuts), mutant.getValue(), 1).faults().isEmpty();
      System.out.println(
          "without " + mutant.getKey() + ": " + (noticed ? "noticed" : "NOT NOTICED"));
      held &= noticed;
    }
    int[] singles = singleSyncs();
    System.out.println(
        "without one sync before a report: " + singles[0] + " of " + singles[1] + " noticed");
    held &= singles[0] == singles[1] && singles[1] > 0;
    Options.verdict(
        options,
        "powercut",
        seed,
        ops.size()
            + " calls, "
            + whole.cuts()
            + " cuts, "
            + acknowledged()
            + " fields reported, faults "
            + whole.faults().size()
            + ", mutants noticed "
            + held,
        held);
  }

  /** Runs the daemon until so many fields were stored in all; ends it politely or by a kill. */
  private void record(Path record, int fields, boolean politely) throws Exception {
    Path config = work.resolve("kronocyte.yaml");
    Files.createDirectories(data);
    Files.writeString(
        config,
        String.join(
            "\n",
            "device: {site: clinic-1, name: scope-1}",
            "camera: {kind: virtual, width: 400, height: 300, fields_per_second: 30}",
            "optics: {um_per_px: 0.1}",
            "slide: {specimen: blood, planned_cells: 20}",
            "quality: {min_focus: 0}",
            // Nobody listens there: every message waits.
            "mqtt: {uri: 'tcp://127.0.0.1:9'}",
            "threads: {inference: 1}",
            "data: {dir: " + data + "}",
            ""));
    CountDownLatch enough = new CountDownLatch(1);
    Reports seen = new Reports();
    StringBuilder all = new StringBuilder();
    DaemonProcess daemon =
        DaemonProcess.start(
            options.path("--home"),
            config,
            Map.of(
                "LD_PRELOAD", options.path("--preload").toString(),
                "KRONOCYTE_CUT_DIR", data.toString(),
                "KRONOCYTE_CUT_LOG", record.toString()),
            line -> {
              all.append(line).append('\n');
              seen.log(line);
              if (seen.fieldsReported() >= fields) {
                enough.countDown();
              }
            });
    if (!enough.await(120 + fields, TimeUnit.SECONDS)) {
      throw new IllegalStateException("not enough fields: " + all);
    }
    if (politely) {
      daemon.stop();
    } else {
      daemon.kill();
    }
  }

  private long acknowledged() {
    Reports reports = new Reports();
    ops.forEach(op -> note(op, reports));
    return reports.fieldsReported();
  }

  private static void note(DiskRecord.Op op, Reports reports) {
    if (op.op() == 'N') {
      op.note().lines().forEach(reports::log);
    }
  }

  /** Points to cut at: random ones, and always the last; or all. */
  private Set<Integer> chosen(int cuts) {
    Set<Integer> points = new java.util.TreeSet<>(Set.of(ops.size()));
    if (cuts >= ops.size()) {
      for (int i = 0; i < ops.size(); i++) {
        points.add(i);
      }
      return points;
    }
    Random random = new Random(seed);
    while (points.size() < cuts) {
      points.add(random.nextInt(ops.size()));
    }
    return points;
  }

  private record Result(int cuts, List<String> faults) {}

  /**
   * @param ignored syncs that are taken for not done
   * @param enough faults to stop at
   */
  private Result replay(Set<Integer> points, Predicate<DiskRecord.Op> ignored, int enough)
      throws Exception {
    CutDisk disk = new CutDisk();
    Reports reports = new Reports();
    Random random = new Random(seed);
    List<String> faults = new ArrayList<>();
    int cuts = 0;
    for (int i = 0; i <= ops.size() && faults.size() < enough; i++) {
      if (points.contains(i)) {
        CutDisk.Survival[] ways =
            options.isLong()
                ? CutDisk.Survival.values()
                : new CutDisk.Survival[] {CutDisk.Survival.values()[random.nextInt(3)]};
        for (CutDisk.Survival way : ways) {
          faults.addAll(cut(disk, way, random, reports, "cut before call " + i + ", " + way));
          cuts++;
        }
      }
      if (i < ops.size()) {
        disk.apply(ops.get(i), ignored.test(ops.get(i)));
        note(ops.get(i), reports);
      }
    }
    return new Result(cuts, faults);
  }

  /** Opens what is left as the daemon would, then looks into it. */
  private List<String> cut(
      CutDisk disk, CutDisk.Survival way, Random random, Reports reports, String where)
      throws Exception {
    Path left = work.resolve("left");
    disk.write(left, way, random);
    List<String> faults = new ArrayList<>();
    try {
      Database.own(left, Database.Settings.STANDARD).close();
      for (String fault : StoreOracle.check(left.resolve(DATABASE), reports, true)) {
        faults.add(where + ": " + fault);
      }
    } catch (ProblemException e) {
      faults.add(where + ": does not open: " + e.getMessage());
    }
    return faults;
  }

  /**
   * Ignores one sync of the log at a time, the last before a report, and cuts just after the report:
   * how many were noticed, and of how many.
   */
  private int[] singleSyncs() throws Exception {
    List<int[]> pairs = new ArrayList<>();
    int last = -1;
    for (int i = 0; i < ops.size(); i++) {
      DiskRecord.Op op = ops.get(i);
      if (op.op() == 'S' && op.file().equals(LOG)) {
        last = i;
      } else if (op.op() == 'N' && op.note().contains(" stored: ") && last >= 0) {
        pairs.add(new int[] {last, i + 1});
        last = -1;
      }
    }
    int noticed = 0;
    int tried = 0;
    int step = options.isLong() ? 1 : Math.max(1, pairs.size() / 12);
    for (int p = 0; p < pairs.size(); p += step) {
      int[] pair = pairs.get(p);
      CutDisk disk = new CutDisk();
      Reports reports = new Reports();
      for (int i = 0; i < pair[1]; i++) {
        disk.apply(ops.get(i), i == pair[0]);
        note(ops.get(i), reports);
      }
      tried++;
      boolean lost =
          !cut(disk, CutDisk.Survival.NONE, new Random(seed), reports, "one sync less").isEmpty();
      noticed += lost ? 1 : 0;
    }
    return new int[] {noticed, tried};
  }
}
