package org.kronocyte.harness;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.kronocyte.publish.BrokerLink;
import org.kronocyte.publish.LinkPlan;
import org.kronocyte.publish.Message;

/**
 * Days of slides made with no link, then a link of 20 KB/s with 800 ms there and back and 5 % of
 * segments lost.
 *
 * <p>Arguments: FOLDER SEED DAYS FIELDS_A_SLIDE.
 */
public final class OfflineHarness {
  private static final int SLIDES_A_DAY = 40;
  private static final int FIELD_BYTES = 600;
  private static final int SLIDE_BYTES = 2300;
  private static final int BYTES_PER_SECOND = 20_000;
  private static final double LOSS = 0.05;

  private OfflineHarness() {}

  public static void main(String[] args) {
    long seed = Long.parseLong(args[1]);
    int days = Integer.parseInt(args[2]);
    int fields = Integer.parseInt(args[3]);
    Verdict verdict =
        new Verdict("offline: " + days + " days, " + fields + " fields a slide, seed " + seed);
    try {
      run(Path.of(args[0]), seed, days, fields, verdict);
    } catch (Exception e) {
      e.printStackTrace();
      verdict.require(false, "it ended early: %s", e);
    }
    System.exit(verdict.close());
  }

  private static void run(Path folder, long seed, int days, int fields, Verdict verdict)
      throws Exception {
    try (Broker broker = new Broker(folder);
        Tap tap =
            new Tap(
                broker.port(),
                new Tap.Quality(Duration.ofMillis(400), BYTES_PER_SECOND, LOSS),
                seed)) {
      tap.shut();
      BrokerLink link =
          BrokerLink.of("tcp://127.0.0.1:" + tap.port(), Optional.empty(), Optional.empty());
      LinkPlan plan =
          new LinkPlan(
              BYTES_PER_SECOND, Long.MAX_VALUE, List.of(), Optional.of(Message.Kind.SLIDE));
      Random random = new Random(seed);
      Receiver receiver = new Receiver();
      try (Device device =
          new Device(link, plan, Duration.ofSeconds(60), Duration.ofSeconds(2), random)) {
        for (int slide = 0; slide < days * SLIDES_A_DAY; slide++) {
          for (int field = 0; field < fields; field++) {
            device.offer(Message.Kind.FIELD, FIELD_BYTES / 2 + random.nextInt(FIELD_BYTES));
          }
          device.offer(Message.Kind.SLIDE, SLIDE_BYTES);
        }
        verdict.say(
            "%d slides and %d messages waiting, %d bytes",
            device.slides(), device.waiting(), device.payloadBytes());
        broker.start(List.of("allow_anonymous true"));
        receiver.connect(broker.port());
        Ownings before = Ownings.now();
        long began = System.nanoTime();
        tap.open();
        long limit = 60 + 4 * device.payloadBytes() / BYTES_PER_SECOND;
        while (device.waiting() > 0 && System.nanoTime() - began < limit * 1_000_000_000L) {
          Thread.sleep(100);
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        long up = tap.bytesUp();
        Thread.sleep(1000);
        report(verdict, device, receiver, up, seconds);
        verdict.say("%d segments lost", tap.segmentsLost());
        Ownings after = Ownings.now();
        verdict.require(
            after.residentKib() <= before.residentKib() + 32 * 1024,
            "resident memory %d KiB, before sending %d",
            after.residentKib(),
            before.residentKib());
      }
      receiver.close();
    }
  }

  private static void report(
      Verdict verdict, Device device, Receiver receiver, long up, double seconds) {
    verdict.say("sent in %.1f s, %d copies", seconds, receiver.copies());
    verdict.require(device.dropped() == 0, "%d dropped", device.dropped());
    verdict.require(
        receiver.distinct("slide") == device.slides(),
        "%d of %d slide results arrived",
        receiver.distinct("slide"),
        device.slides());
    verdict.require(
        receiver.distinct() == device.offered(),
        "%d of %d messages arrived",
        receiver.distinct(),
        device.offered());
    verdict.require(receiver.disorder() == 0, "%d out of order", receiver.disorder());
    long ideal = device.payloadBytes() + device.headerBytes();
    verdict.require(
        up <= 1.1 * ideal,
        "%d bytes sent for %d of payload and headers: %+.1f %%",
        up,
        ideal,
        100.0 * (up - ideal) / ideal);
  }
}
