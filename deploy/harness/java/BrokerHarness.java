import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToLongFunction;

/** A device that never stops making messages, and a broker that treats it badly; see broker.sh. */
final class BrokerHarness {
  private static final Duration LONGEST_RETURN = Duration.ofSeconds(10);
  private static final Duration LONGEST_NOTICE = Duration.ofSeconds(5);

  /** What is held from the start, and what once comes to stay, is there by then. */
  private static final int SETTLED = 3;

  private final Random random;
  private final Verdict verdict = new Verdict();
  private final Broker broker;
  private final Tap tap;
  private final Talker device;
  private final Receiver receiver = new Receiver("number", Order::asMade, (topic, payload) -> {});
  private final List<Ownings> owned = new ArrayList<>();
  private final List<String> good;
  private final List<String> wrongRules;
  private final List<String> expired;
  private Duration slowest = Duration.ZERO;

  private BrokerHarness(Path folder, Path certificates, long seed) throws Exception {
    this.random = new Random(seed);
    this.broker = new Broker(folder);
    int tlsPort = Broker.freePort();
    this.good = tls(tlsPort, certificates, "broker");
    this.expired = tls(tlsPort, certificates, "expired");
    this.wrongRules = new ArrayList<>(good);
    Path acl = Files.writeString(folder.resolve("acl"), "topic read kronocyte/#\n");
    wrongRules.add(0, "acl_file " + acl);
    this.tap = new Tap(InetAddress.getLoopbackAddress(), tlsPort, Duration.ZERO);
    tap.shut();
    this.device = new Talker(folder.resolve("device.log"), certificates, tap.port(), seed);
  }

  private static List<String> tls(int port, Path certificates, String name) {
    return List.of(
        "listener " + port + " 127.0.0.1",
        "cafile " + certificates.resolve("authority.crt"),
        "certfile " + certificates.resolve(name + ".crt"),
        "keyfile " + certificates.resolve(name + ".key"),
        "require_certificate true");
  }

  public static void main(String[] arguments) throws Exception {
    Options options = new Options(arguments);
    long seed = options.seed();
    System.out.println("seed " + seed);
    int restarts = (int) options.number("--runs", options.isLong() ? 1000 : 6);
    restarts = Math.max(SETTLED + 1, restarts);
    try {
      new BrokerHarness(options.path("--work"), options.path("--certificates"), seed)
          .run(options, seed, restarts);
    } catch (Exception e) {
      e.printStackTrace(System.out);
      Options.verdict(options, "broker", seed, "broke off: " + e, false);
    }
  }

  private void run(Options options, long seed, int restarts) throws Exception {
    int freezes = (int) options.number("--freezes", Math.max(2, restarts / 50));
    start();
    slowest = Duration.ZERO; // The first connection is no return.
    int withWrongRules = 0;
    int withExpired = 0;
    Ownings before = null;
    for (int i = 0; i < restarts; i++) {
      Thread.sleep(random.nextInt(300));
      tap.shut();
      if (random.nextInt(4) == 0) {
        broker.terminate();
      } else {
        broker.kill();
      }
      int bad = i < 2 ? i : random.nextInt(16);
      if (bad < 2) {
        withWrongRules += 1 - bad;
        withExpired += bad;
        boolean noticed = device.within(LONGEST_NOTICE, () -> !device.connected());
        verdict.require(noticed, "restart %d: the end of the broker was noticed", i + 1);
        broker.start(bad == 0 ? wrongRules : expired);
        tap.open();
        boolean taken = device.within(Duration.ofMillis(300 + random.nextInt(1000)), device::connected);
        verdict.require(!taken, "restart %d: such a broker isn't taken", i + 1);
        tap.shut();
        broker.kill();
      }
      Thread.sleep(random.nextInt(50));
      start();
      if (i == SETTLED) {
        freeze(0);
        before = kept();
        owned.add(before);
      } else if ((i + 1) % 10 == 0) {
        owned.add(kept());
      }
      if ((i + 1) % 50 == 0) {
        verdict.say("%d restarts, %s", i + 1, owned.get(owned.size() - 1));
      }
    }
    for (int i = 1; i <= freezes; i++) {
      freeze(i);
      owned.add(kept());
    }
    device.finish(Duration.ofSeconds(60));
    owned.add(kept());
    long threads = most(Ownings::threads);
    long descriptors = most(Ownings::descriptors);
    judge(before, threads, descriptors);
    device.end();
    verdict.close(
        options,
        "broker",
        seed,
        restarts
            + " restarts (besides "
            + withWrongRules
            + " starts with wrong access rules, "
            + withExpired
            + " with an expired certificate), "
            + freezes
            + " freezes, messages "
            + device.offered()
            + ", arrived "
            + receiver.distinct()
            + ", copies "
            + receiver.copies()
            + ", out of order "
            + receiver.disorder()
            + ", back at most "
            + slowest.toMillis()
            + " ms after, of the device threads "
            + before.threads()
            + ", at most "
            + threads
            + ", descriptors "
            + before.descriptors()
            + ", at most "
            + descriptors
            + " in "
            + owned.size()
            + " looks");
  }

  /** The least of a few looks: what a new link takes for a moment isn't kept. */
  private Ownings kept() throws IOException, InterruptedException {
    Ownings least = device.owns();
    for (int look = 0; look < 3; look++) {
      Thread.sleep(100);
      least = least.least(device.owns());
    }
    return least;
  }

  private long most(ToLongFunction<Ownings> what) {
    return owned.stream().mapToLong(what).max().orElseThrow();
  }

  private void judge(Ownings before, long threads, long descriptors) {
    verdict.require(
        receiver.distinct() == device.offered(),
        "%d of %d messages arrived",
        receiver.distinct(),
        device.offered());
    verdict.require(
        receiver.disorder() == 0, "%d out of order within their kind", receiver.disorder());
    verdict.require(device.dropped() == 0, "%d dropped", device.dropped());
    verdict.require(
        slowest.compareTo(LONGEST_RETURN) < 0,
        "back at most %d ms after the broker",
        slowest.toMillis());
    verdict.require(
        threads <= before.threads() + 1,
        "threads: at most %d, after restart %d %d",
        threads,
        SETTLED + 1,
        before.threads());
    verdict.require(
        descriptors <= before.descriptors() + 1,
        "descriptors: at most %d, after restart %d %d",
        descriptors,
        SETTLED + 1,
        before.descriptors());
  }

  /** At times longer than the device waits for an answer to its next attempt, too. */
  private void freeze(int number) throws Exception {
    Thread.sleep(random.nextInt(300));
    broker.freeze();
    Thread.sleep(TalkingDevice.silence().toMillis() + 500 + random.nextInt(5000));
    boolean noticed = !device.connected();
    broker.thaw();
    verdict.require(noticed, "freeze %d: the half-open link was noticed", number);
    awaitReturn("freeze");
  }

  /** The receiver is there before the device is let in: such a broker remembers nobody. */
  private void start() throws Exception {
    broker.start(good);
    try {
      receiver.connect(broker.port());
    } catch (IOException e) {
      throw new IOException("the receiver got no connection; the broker said:\n" + broker.said(), e);
    }
    tap.open();
    awaitReturn("restart");
  }

  /** Until something new arrives; the wait is the device's. */
  private void awaitReturn(String after) throws InterruptedException {
    long began = System.nanoTime();
    int seen = receiver.distinct();
    while (receiver.distinct() == seen) {
      if (System.nanoTime() - began > Duration.ofSeconds(90).toNanos()) {
        verdict.require(false, "nothing arrived for 90 s after a %s", after);
        return;
      }
      Thread.sleep(2);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    slowest = took.compareTo(slowest) > 0 ? took : slowest;
    // It says so a little later than it is.
    verdict.check(device.within(LONGEST_NOTICE, device::connected), "connected after a " + after);
  }
}
