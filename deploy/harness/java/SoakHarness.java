import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kronocyte.app.SlideRequests;
import org.kronocyte.store.Database;

/** Memory, descriptors, threads and latency over many fields; see soak.sh. */
final class SoakHarness {
  private static final int WIDTH = 400;
  private static final int HEIGHT = 300;
  private static final int FIELDS_A_SLIDE = 150;

  /** More than the gate compares with, so that it refuses none. */
  private static final int DISTINCT = 160;

  private static final int SAMPLE_EVERY = 20;
  private static final double MAX_KIB_A_FIELD = 1024.0 / 10_000;

  /** How much what is alive differs from moment to moment: a slide with its cells comes and goes. */
  private static final long LIVE_VARIES_KIB = 6 * 1024;

  /** Fewer fields than this after the warm-up say nothing of memory or latency. */
  private static final int LEAST_TO_JUDGE = 3000;

  /** What is called flat: p95 of the last third by that of the first. */
  private static final double FLAT = 1.3;

  /** Of a histogram of what is alive: the number and the bytes of all objects. */
  private static final Pattern ALIVE = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");

  private static final ObjectMapper JSON = new ObjectMapper();

  private record Sample(long fields, Ownings owned, Duration processor) {}

  private final Options options;
  private final Path data;
  private final Path config;
  private final Verdict verdict = new Verdict();
  private final Reports reports = new Reports();
  private final List<Sample> samples = new ArrayList<>();

  /** From capture to arrival, in the order of arrival. */
  private final List<Long> latenciesMs = new ArrayList<>();

  private long liveAfterWarmUp;

  private SoakHarness(Options options) {
    this.options = options;
    this.data = options.path("--work").resolve("data");
    this.config = options.path("--work").resolve("kronocyte.yaml");
  }

  public static void main(String[] arguments) throws Exception {
    Options options = new Options(arguments);
    long seed = options.number("--seed", 1);
    System.out.println("seed " + seed);
    new SoakHarness(options).run(seed);
  }

  private void run(long seed) throws Exception {
    long wanted = options.number("--fields", options.isLong() ? 20_000 : 300);
    long warmUp = Math.min(5000, wanted / 4);
    Path recording = options.path("--work").resolve("fields.mjpeg");
    RecordedFields.write(
        recording, seed, WIDTH, HEIGHT, DISTINCT, wanted + wanted / 4 + FIELDS_A_SLIDE);
    try (Broker broker = new Broker(options.path("--work"))) {
      broker.start(List.of());
      configure(recording, broker.port());
      Subscriber subscriber = new Subscriber(broker.port(), "harness", "kronocyte/v1/#", this::heard);
      DaemonProcess daemon =
          DaemonProcess.start(
              options.path("--home"),
              options.has("--before") ? options.path("--before") + ":" : "",
              config,
              // All of the heap is touched at once, so that what grows is not a heap that fills up.
              Map.of("JAVA_TOOL_OPTIONS", "-Xms256m -XX:+AlwaysPreTouch"),
              reports::log);
      long fields = watch(daemon, wanted, warmUp);
      long liveAtEnd = liveKib(daemon.pid());
      daemon.stop();
      verdict.require(!subscriber.ended(0), "the broker went on");
      StoreOracle.check(StoreOracle.copy(data, options.path("--work").resolve("copy")), reports, true)
          .forEach(fault -> verdict.require(false, "%s", fault));
      String figures = judge(fields - warmUp, liveAtEnd);
      verdict.close(
          options, "soak" + options.text("--leak", ""), seed, fields + " fields, " + figures);
    }
  }

  private void configure(Path recording, int port) throws IOException {
    Files.writeString(
        config,
        String.join(
            "\n",
            "device: {site: clinic-1, name: scope-1}",
            "camera: {kind: mjpeg, path: " + recording + "}",
            "optics: {um_per_px: 0.1}",
            "slide: {specimen: blood}",
            "quality: {min_focus: 0}",
            "models: {engine: onnx}",
            "mqtt: {uri: 'tcp://127.0.0.1:" + port + "', bytes_per_second: 100000000}",
            "threads: {inference: 1}",
            "data: {dir: " + data + "}",
            ""));
  }

  private void heard(String topic, String payload) {
    reports.message(topic, payload);
    if (topic.contains("/field/")) {
      try {
        Instant captured = Instant.parse(JSON.readTree(payload).get("captured_at").asText());
        synchronized (latenciesMs) {
          latenciesMs.add(Duration.between(captured, Instant.now()).toMillis());
        }
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Until so many fields are stored; how many there are. */
  private long watch(DaemonProcess daemon, long wanted, long warmUp) throws Exception {
    long next = warmUp;
    long slideEnd = FIELDS_A_SLIDE;
    long fields = 0;
    while (fields < wanted) {
      Thread.sleep(options.isLong() ? 100 : 20);
      if (!daemon.isAlive()) {
        verdict.require(false, "the daemon goes on after %d fields", fields);
        break;
      }
      fields = reports.fieldsReported();
      if (fields >= slideEnd) {
        slideEnd = fields + FIELDS_A_SLIDE;
        newSlide();
      }
      if (fields >= next) {
        if (samples.isEmpty()) {
          liveAfterWarmUp = liveKib(daemon.pid());
        }
        next = fields + Math.min(SAMPLE_EVERY, wanted / 10);
        samples.add(sample(daemon.pid(), fields));
        if (samples.size() % 50 == 1) {
          verdict.say("%s", samples.get(samples.size() - 1));
        }
      }
    }
    return fields;
  }

  /** What is reachable. (What is used just after a collection holds the garbage of the fields since.) */
  private static long liveKib(long pid) throws IOException, InterruptedException {
    Matcher total = ALIVE.matcher(jcmd(pid, "GC.class_histogram"));
    if (!total.find()) {
      throw new IOException("no histogram of process " + pid);
    }
    return Long.parseLong(total.group(1)) / 1024;
  }

  private static String jcmd(long pid, String command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                String.valueOf(pid),
                command)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }

  private void newSlide() throws Exception {
    try (Database database = Database.visit(data, Database.Settings.STANDARD)) {
      SlideRequests requests = new SlideRequests(database);
      requests.post("finish", SlideRequests.object());
      requests.post("start", SlideRequests.object());
    }
  }

  private static Sample sample(long pid, long fields) throws IOException {
    Duration processor =
        ProcessHandle.of(pid).flatMap(p -> p.info().totalCpuDuration()).orElse(Duration.ZERO);
    return new Sample(fields, Ownings.of(pid), processor);
  }

  private String judge(long judged, long liveAtEnd) {
    if (samples.size() < 3) {
      verdict.require(false, "enough samples: %d", samples.size());
      return "nothing to judge";
    }
    Sample first = samples.get(0);
    Sample last = samples.get(samples.size() - 1);
    int half = samples.size() / 2;
    long descriptors = growth(half, s -> s.owned().descriptors());
    long threads = growth(half, s -> s.owned().threads());
    verdict.require(descriptors <= 2, "%d more descriptors in the second half", descriptors);
    verdict.require(threads <= 1, "%d more threads in the second half", threads);
    Line line =
        Line.through(
            samples.stream().map(s -> new Line.Point(s.fields(), s.owned().residentKib())).toList());
    List<Long> latencies;
    synchronized (latenciesMs) {
      latencies = List.copyOf(latenciesMs);
    }
    int from = (int) Math.min(latencies.size(), first.fields());
    int third = (latencies.size() - from) / 3;
    long early = p95(latencies.subList(from, from + third));
    long late = p95(latencies.subList(latencies.size() - third, latencies.size()));
    String figures =
        String.format(
            Locale.ROOT,
            "%d judged by %d samples, resident KiB %d to %d, slope in 10000 fields %+.0f KiB, at most %+.0f,"
                + " live heap KiB %d to %d,"
                + " descriptors %d to %d, threads %d to %d, latency p95 %d to %d ms,"
                + " processor time a field %.1f ms",
            judged,
            samples.size(),
            first.owned().residentKib(),
            last.owned().residentKib(),
            line.slope() * 10_000,
            line.upper() * 10_000,
            liveAfterWarmUp,
            liveAtEnd,
            first.owned().descriptors(),
            last.owned().descriptors(),
            first.owned().threads(),
            last.owned().threads(),
            early,
            late,
            (double) last.processor().minus(first.processor()).toMillis()
                / Math.max(1, last.fields() - first.fields()));
    if (judged < LEAST_TO_JUDGE) {
      return figures + " (memory and latency NOT judged: fewer than " + LEAST_TO_JUDGE + " fields)";
    }
    verdict.require(
        line.upper() <= MAX_KIB_A_FIELD,
        "memory grows by at most %.0f KiB in 10000 fields",
        line.upper() * 10_000);
    verdict.require(
        liveAtEnd - liveAfterWarmUp <= MAX_KIB_A_FIELD * judged + LIVE_VARIES_KIB,
        "the live heap went from %d to %d KiB",
        liveAfterWarmUp,
        liveAtEnd);
    verdict.require(late <= FLAT * early, "latency p95 went from %d to %d ms", early, late);
    return figures;
  }

  private long growth(int half, ToLongFunction<Sample> what) {
    return most(samples.subList(half, samples.size()), what) - most(samples.subList(0, half), what);
  }

  private static long most(List<Sample> some, ToLongFunction<Sample> what) {
    return some.stream().mapToLong(what).max().orElseThrow();
  }

  private static long p95(List<Long> values) {
    List<Long> sorted = values.stream().sorted().toList();
    return sorted.isEmpty() ? 0 : sorted.get((int) (0.95 * (sorted.size() - 1)));
  }
}
