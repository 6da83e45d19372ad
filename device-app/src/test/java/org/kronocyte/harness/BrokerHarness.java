package org.kronocyte.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.kronocyte.publish.BrokerLink;
import org.kronocyte.publish.LinkPlan;
import org.kronocyte.publish.Message;

/**
 * A device that never stops making messages, and a broker that is killed while it acknowledges,
 * frozen, and started with access rules that forbid the device everything.
 *
 * <p>Arguments: FOLDER SEED RESTARTS FREEZES. The device comes in by a gate that opens only when
 * the receiver is back, since a broker without persistence remembers nobody.
 */
public final class BrokerHarness {
  private static final Duration SILENCE = Duration.ofSeconds(2);
  private static final Duration RECONNECT_MAX = Duration.ofSeconds(1);
  private static final Duration LONGEST_RETURN = Duration.ofSeconds(10);
  private static final List<String> GOOD = List.of("allow_anonymous true");

  private final Random random;
  private final Verdict verdict;
  private final Broker broker;
  private final Tap tap;
  private final Device device;
  private final Receiver receiver = new Receiver();
  private final List<String> bad;
  private volatile boolean producing = true;
  private Duration slowest = Duration.ZERO;

  private BrokerHarness(Path folder, long seed, Verdict verdict) throws Exception {
    this.random = new Random(seed);
    this.verdict = verdict;
    this.broker = new Broker(folder);
    Path acl = Files.writeString(folder.resolve("acl"), "topic read kronocyte/#\n");
    this.bad = List.of("allow_anonymous true", "acl_file " + acl);
    this.tap = new Tap(broker.port(), Tap.Quality.PERFECT, seed);
    BrokerLink link =
        BrokerLink.of("tcp://127.0.0.1:" + tap.port(), Optional.empty(), Optional.empty());
    tap.shut();
    this.device =
        new Device(
            new BrokerLink(
                link.uri(),
                BrokerLink.Protocol.AUTO,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(3)),
            LinkPlan.STANDARD,
            SILENCE,
            RECONNECT_MAX,
            new Random(seed));
  }

  public static void main(String[] args) {
    long seed = Long.parseLong(args[1]);
    int restarts = Integer.parseInt(args[2]);
    int freezes = Integer.parseInt(args[3]);
    Verdict verdict =
        new Verdict("broker: " + restarts + " restarts, " + freezes + " freezes, seed " + seed);
    try {
      new BrokerHarness(Path.of(args[0]), seed, verdict).run(restarts, freezes);
    } catch (Exception e) {
      e.printStackTrace();
      verdict.require(false, "it ended early: %s", e);
    }
    System.exit(verdict.close());
  }

  private void run(int restarts, int freezes) throws Exception {
    Thread producer = new Thread(this::produce, "producer");
    producer.setDaemon(true);
    producer.start();
    start(GOOD);
    int wrongRules = 0;
    Ownings before = Ownings.now();
    for (int i = 0; i < restarts; i++) {
      Thread.sleep(random.nextInt(600));
      tap.shut();
      if (random.nextInt(4) == 0) {
        broker.terminate();
      } else {
        broker.kill();
      }
      if (random.nextInt(5) == 0) {
        wrongRules++;
        broker.start(bad);
        tap.open();
        Thread.sleep(500 + random.nextInt(1500));
        tap.shut();
        broker.kill();
      }
      Thread.sleep(random.nextInt(100));
      start(GOOD);
      if (i == 2) {
        before = Ownings.now();
      }
    }
    for (int i = 0; i < freezes; i++) {
      Thread.sleep(random.nextInt(300));
      broker.freeze();
      Thread.sleep(SILENCE.toMillis() + 500 + random.nextInt(2000));
      boolean noticed = !device.connected();
      broker.thaw();
      verdict.require(noticed, "freeze %d: the half-open link was noticed", i + 1);
      awaitReturn("freeze");
    }
    producing = false;
    producer.join();
    long by = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (device.waiting() > 0 && System.nanoTime() < by) {
      Thread.sleep(20);
    }
    Thread.sleep(300);
    Ownings after = Ownings.now();
    verdict.say(
        "%d messages offered, %d arrived, %d copies, %d starts with wrong access rules",
        device.offered(), receiver.distinct(), receiver.copies(), wrongRules);
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
        after.threads() <= before.threads() + 2,
        "threads: %d, after the third restart %d",
        after.threads(),
        before.threads());
    verdict.require(
        after.descriptors() <= before.descriptors() + 5,
        "descriptors: %d, after the third restart %d",
        after.descriptors(),
        before.descriptors());
    device.close();
    receiver.close();
    tap.close();
    broker.close();
  }

  private void produce() {
    Random kinds = new Random(1);
    try {
      while (producing) {
        device.offer(kinds.nextInt(5) == 0 ? Message.Kind.SLIDE : Message.Kind.FIELD, 400);
        Thread.sleep(5);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void start(List<String> settings) throws Exception {
    broker.start(settings);
    receiver.connect(broker.port());
    tap.open();
    awaitReturn("restart");
  }

  /** Until something new arrives; the wait is the device's. */
  private void awaitReturn(String after) throws InterruptedException {
    long began = System.nanoTime();
    int seen = receiver.distinct();
    while (receiver.distinct() == seen) {
      if (System.nanoTime() - began > Duration.ofSeconds(30).toNanos()) {
        verdict.require(false, "nothing arrived for 30 s after a %s", after);
        return;
      }
      Thread.sleep(2);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    slowest = took.compareTo(slowest) > 0 ? took : slowest;
  }
}
