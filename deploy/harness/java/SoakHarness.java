import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.kronocyte.app.SlideRequests;
import org.kronocyte.store.Database;

/** Memory, descriptors and threads over many fields; see soak.sh. */
final class SoakHarness {
  private static final int FIELDS_A_SLIDE = 300;
  private static final int SAMPLE_EVERY = 20;
  private static final double MAX_KIB_A_FIELD = 1024.0 / 10_000;

  /** Fewer fields than this say nothing of memory. */
  private static final int LEAST_TO_JUDGE = 3000;

  private record Sample(long fields, long rssKib, long descriptors, long threads) {}

  private SoakHarness() {}

  public static void main(String[] arguments) throws Exception {
    Options options = new Options(arguments);
    long wanted = options.number("--fields", options.isLong() ? 20_000 : 60);
    long warmUp = wanted / 4;
    Path data = options.path("--work").resolve("data");
    Path config = options.path("--work").resolve("kronocyte.yaml");
    Files.writeString(
        config,
        String.join(
            "\n",
            "device: {site: clinic-1, name: scope-1}",
            "camera: {kind: virtual, width: 640, height: 480, fields_per_second: 30}",
            "optics: {um_per_px: 0.1}",
            "slide: {specimen: blood}",
            "quality: {min_focus: 0}",
            "threads: {inference: 1}",
            "data: {dir: " + data + "}",
            ""));
    Reports reports = new Reports();
    DaemonProcess daemon =
        DaemonProcess.start(options.path("--home"), config, Map.of(), reports::log);
    List<Sample> samples = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    long next = warmUp;
    long slideEnd = FIELDS_A_SLIDE;
    long fields = 0;
    while (fields < wanted) {
      Thread.sleep(100);
      if (!daemon.isAlive()) {
        faults.add("the daemon ended after " + fields + " fields");
        break;
      }
      fields = reports.fieldsReported();
      if (fields >= slideEnd) {
        slideEnd += FIELDS_A_SLIDE;
        newSlide(data);
      }
      if (fields >= next) {
        next += SAMPLE_EVERY;
        samples.add(sample(daemon.pid(), fields));
      }
    }
    daemon.stop();
    faults.addAll(StoreOracle.check(StoreOracle.copy(data, options.path("--work").resolve("copy")), reports, false));
    String figures = judge(samples, fields - warmUp, faults);
    faults.forEach(System.out::println);
    Options.verdict(
        options, "soak", 1, fields + " fields, " + figures + ", faults " + faults.size(), faults.isEmpty());
  }

  private static void newSlide(Path data) throws Exception {
    try (Database database = Database.visit(data, Database.Settings.STANDARD)) {
      SlideRequests requests = new SlideRequests(database);
      requests.post("finish", SlideRequests.object());
      requests.post("start", SlideRequests.object());
    }
  }

  private static Sample sample(long pid, long fields) throws IOException {
    long rss = 0;
    long threads = 0;
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        rss = Long.parseLong(line.replaceAll("\\D", ""));
      } else if (line.startsWith("Threads:")) {
        threads = Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      return new Sample(fields, rss, descriptors.count(), threads);
    }
  }

  private static String judge(List<Sample> samples, long judged, List<String> faults) {
    if (samples.size() < 3) {
      faults.add("only " + samples.size() + " samples");
      return "nothing to judge";
    }
    int half = samples.size() / 2;
    long descriptors = most(samples.subList(half, samples.size()), true) - most(samples.subList(0, half), true);
    long threads = most(samples.subList(half, samples.size()), false) - most(samples.subList(0, half), false);
    if (descriptors > 2) {
      faults.add(descriptors + " more descriptors in the second half");
    }
    if (threads > 1) {
      faults.add(threads + " more threads in the second half");
    }
    double upper = upperSlope(samples);
    String figures =
        String.format(
            java.util.Locale.ROOT,
            "%d samples, rss %d to %d KiB, slope at most %.0f KiB in 10000 fields, descriptors %+d, threads %+d",
            samples.size(),
            samples.get(0).rssKib(),
            samples.get(samples.size() - 1).rssKib(),
            upper * 10_000,
            descriptors,
            threads);
    if (judged < LEAST_TO_JUDGE) {
      return figures + " (memory NOT judged: fewer than " + LEAST_TO_JUDGE + " fields)";
    }
    if (upper > MAX_KIB_A_FIELD) {
      faults.add("memory may grow by " + Math.round(upper * 10_000) + " KiB in 10000 fields");
    }
    return figures;
  }

  private static long most(List<Sample> samples, boolean descriptors) {
    return samples.stream()
        .mapToLong(s -> descriptors ? s.descriptors() : s.threads())
        .max()
        .orElseThrow();
  }

  /** Least squares; the slope's upper end of the 95 % interval, KiB a field. */
  private static double upperSlope(List<Sample> samples) {
    int n = samples.size();
    double meanX = samples.stream().mapToLong(Sample::fields).average().orElseThrow();
    double meanY = samples.stream().mapToLong(Sample::rssKib).average().orElseThrow();
    double sxx = 0;
    double sxy = 0;
    for (Sample s : samples) {
      sxx += (s.fields() - meanX) * (s.fields() - meanX);
      sxy += (s.fields() - meanX) * (s.rssKib() - meanY);
    }
    double slope = sxy / sxx;
    double rest = 0;
    for (Sample s : samples) {
      double off = s.rssKib() - meanY - slope * (s.fields() - meanX);
      rest += off * off;
    }
    return slope + 1.96 * Math.sqrt(rest / (n - 2) / sxx);
  }
}
