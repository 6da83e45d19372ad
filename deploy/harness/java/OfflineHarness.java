import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.kronocyte.publish.DrainOrder;

/**
 * A week without a link, then a poor one; see offline.sh. Runs in the broker's network namespace
 * and starts the device in its own.
 */
final class OfflineHarness {
  private static final int BYTES_PER_SECOND = 20_000;
  private static final Duration ONE_WAY = Duration.ofMillis(400);

  /** Resident memory may be so much larger in the second half of the sending than in the first. */
  private static final long FLAT_KIB = 8 * 1024;

  private final Options options;
  private final long seed;
  private final boolean newestFirst;
  private final Verdict verdict = new Verdict();
  private final Reports reports = new Reports();
  private final Deque<String> lastLines = new ArrayDeque<>();
  private volatile String[] counted = {};
  private volatile int waiting = -1;
  private volatile boolean dropped;

  private OfflineHarness(Options options, long seed) {
    this.options = options;
    this.seed = seed;
    this.newestFirst = options.has("--newest-first");
  }

  public static void main(String[] arguments) throws Exception {
    Options options = new Options(arguments);
    long seed = options.seed();
    System.out.println("seed " + seed);
    try {
      new OfflineHarness(options, seed).run();
    } catch (Exception e) {
      e.printStackTrace(System.out);
      Options.verdict(options, name(options), seed, "broke off: " + e, false);
    }
  }

  private static String name(Options options) {
    return options.has("--newest-first") ? "offline, newest slides first" : "offline";
  }

  private void run() throws Exception {
    long days = options.number("--runs", options.isLong() ? 7 : 1);
    long fields = options.number("--fields", options.isLong() ? 25 : newestFirst ? 2 : 1);
    Path data = options.path("--work").resolve("data");
    String host = options.text("--host", "");
    try (Broker broker = new Broker(options.path("--work"));
        Tap tap = new Tap(InetAddress.getByName(host), broker.port(), ONE_WAY)) {
      Receiver receiver = new Receiver("seq", newestFirst ? Order::newestSlideFirst : Order::asMade, reports::message);
      broker.start(List.of());
      receiver.connect(broker.port());
      DaemonProcess device =
          DaemonProcess.startWithin(
              List.of("ip", "netns", "exec", options.text("--device", "")),
              OfflineDevice.class,
              this::line,
              data.toString(),
              String.valueOf(seed),
              "tcp://" + host + ":" + tap.port(),
              String.valueOf(days),
              String.valueOf(fields),
              String.valueOf(BYTES_PER_SECOND),
              (newestFirst ? DrainOrder.NEWEST_FIRST : DrainOrder.OLDEST_FIRST).name());
      while (counted.length == 0 && device.isAlive()) {
        Thread.sleep(50);
      }
      if (counted.length == 0) {
        throw new IllegalStateException("the device ended: " + lastLines);
      }
      verdict.require(receiver.distinct() == 0, "nothing arrives without a link");
      verdict.say(
          "%s slides of %s fields counted without a link, %s messages of %s bytes wait",
          (Object[]) counted);
      link("up");
      List<Ownings> owned = new ArrayList<>();
      long began = System.nanoTime();
      double limit = 120 + 4.0 * Long.parseLong(counted[3]) / BYTES_PER_SECOND;
      while (waiting != 0 && device.isAlive() && seconds(began) < limit) {
        Thread.sleep(1000);
        if (device.isAlive()) {
          owned.add(Ownings.of(device.pid()));
        }
        if (owned.size() % 60 == 0) {
          verdict.say("%.0f s: %d messages wait, %s", seconds(began), waiting, owned.get(owned.size() - 1));
        }
      }
      double seconds = seconds(began);
      long up = tap.bytesUp();
      int exit = device.await(60);
      verdict.require(exit == 0, "the device ended with %d", exit);
      if (exit != 0) {
        lastLines.forEach(System.out::println);
      }
      Thread.sleep(1000);
      judge(receiver, up, owned);
      verdict.require(
          reports.slides().values().stream().allMatch(s -> s.finished), "every slide is final");
      List<String> faults =
          StoreOracle.check(
              StoreOracle.copy(data, options.path("--work").resolve("copy")), reports, true);
      faults.forEach(f -> verdict.require(false, "%s", f));
      close(receiver, tap, up, owned, seconds);
    }
  }

  private static double seconds(long began) {
    return (System.nanoTime() - began) / 1e9;
  }

  private void link(String state) throws Exception {
    int exit =
        new ProcessBuilder("ip", "link", "set", options.text("--interface", ""), state)
            .inheritIO()
            .start()
            .waitFor();
    verdict.require(exit == 0, "the link is %s", state);
  }

  private synchronized void line(String line) {
    if (line.startsWith(OfflineDevice.COUNTED)) {
      counted = line.substring(OfflineDevice.COUNTED.length()).split(" ", -1);
    } else if (line.startsWith(OfflineDevice.WAITING)) {
      waiting = Integer.parseInt(line.substring(OfflineDevice.WAITING.length()));
    } else if (line.startsWith("dropped ")) {
      dropped = !line.equals("dropped 0");
    } else {
      lastLines.add(line);
      if (lastLines.size() > 40) {
        lastLines.remove();
      }
    }
  }

  private void judge(Receiver receiver, long up, List<Ownings> owned) {
    long slides = Long.parseLong(counted[0]);
    long fields = Long.parseLong(counted[1]);
    verdict.require(waiting == 0, "%d messages still wait", waiting);
    verdict.require(!dropped, "none was dropped");
    verdict.require(
        reports.slides().size() == slides && receiver.distinct("slide") == slides,
        "results of %d of %d slides arrived, %d in all",
        reports.slides().size(),
        slides,
        receiver.distinct("slide"));
    verdict.require(
        receiver.distinct("field") == fields,
        "%d of %d fields arrived",
        receiver.distinct("field"),
        fields);
    verdict.require(
        receiver.disorder() == 0,
        "%d out of order within their kind (%s)",
        receiver.disorder(),
        newestFirst ? "newest slide first" : "as made");
    verdict.require(
        up <= 1.1 * ideal(receiver),
        "%d bytes sent for %d of payload and protocol headers",
        up,
        ideal(receiver));
    long first = most(owned.subList(0, owned.size() / 2));
    long second = most(owned.subList(owned.size() / 2, owned.size()));
    verdict.require(
        !options.isLong() || second <= first + FLAT_KIB,
        "resident memory at most %d KiB in the first half, %d in the second",
        first,
        second);
  }

  private static long ideal(Receiver receiver) {
    return receiver.payloadBytes() + receiver.headerBytes();
  }

  private static long most(List<Ownings> owned) {
    return owned.stream().mapToLong(Ownings::residentKib).max().orElse(0);
  }

  private void close(Receiver receiver, Tap tap, long up, List<Ownings> owned, double seconds)
      throws Exception {
    Ownings first = owned.get(0);
    Ownings last = owned.get(owned.size() - 1);
    verdict.close(
        options,
        name(options),
        seed,
        String.format(
            Locale.ROOT,
            "slides %s, fields %s, waiting bytes %s, sent in %.0f s (%.0f bytes a second), arrived %d, copies %d,"
                + " out of order %d, bytes sent %d for %d of payload and headers (%+.1f %%),"
                + " connections %d, resident KiB %d to %d, threads %d to %d, descriptors %d to %d",
            counted[0],
            counted[1],
            counted[3],
            seconds,
            up / seconds,
            receiver.distinct(),
            receiver.copies(),
            receiver.disorder(),
            up,
            ideal(receiver),
            100.0 * (up - ideal(receiver)) / ideal(receiver),
            tap.connections(),
            first.residentKib(),
            last.residentKib(),
            first.threads(),
            last.threads(),
            first.descriptors(),
            last.descriptors()));
  }
}
