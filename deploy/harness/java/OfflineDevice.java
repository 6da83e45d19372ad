import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.kronocyte.app.DaemonListener;
import org.kronocyte.app.ResultSink;
import org.kronocyte.app.SlideDefaults;
import org.kronocyte.app.SlideDesk;
import org.kronocyte.classify.CellClass;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.Backoff;
import org.kronocyte.publish.BrokerLink;
import org.kronocyte.publish.DeviceAddress;
import org.kronocyte.publish.DeviceClock;
import org.kronocyte.publish.DeviceStatus;
import org.kronocyte.publish.DrainOrder;
import org.kronocyte.publish.DurableOutbox;
import org.kronocyte.publish.LinkPlan;
import org.kronocyte.publish.Message;
import org.kronocyte.publish.Messages;
import org.kronocyte.publish.Publisher;
import org.kronocyte.publish.PublisherOptions;
import org.kronocyte.publish.SlideJson;
import org.kronocyte.publish.mqtt.AutoTransport;
import org.kronocyte.slide.FieldResult;
import org.kronocyte.slide.SlideSummary;
import org.kronocyte.slide.Specimen;
import org.kronocyte.store.Database;
import org.kronocyte.store.Transaction;

/**
 * A device without camera and networks: its desk, store, outbox and publisher. Counts the slides of
 * some days by a clock that runs ahead, all the while trying to connect, then waits until
 * everything is delivered, and ends.
 */
final class OfflineDevice {
  /** Said when all slides are counted: {@code COUNTED slides fields messages bytes}. */
  static final String COUNTED = "COUNTED ";

  /** Said every second from then on: {@code WAITING messages}. */
  static final String WAITING = "WAITING ";

  static final int SLIDES_A_DAY = 40;

  /** As many as there are in a field of blood; 25 fields are the 100 cells of a differential. */
  private static final int MOST_CELLS = 8;

  private final WeekClock clock;
  private final DurableOutbox outbox;
  private final Publisher publisher;
  private final Messages messages;
  private final SlideDesk desk;
  private final Random random;

  private OfflineDevice(
      Database database,
      URI broker,
      long bytesPerSecond,
      DrainOrder order,
      WeekClock clock,
      Random random)
      throws ProblemException {
    this.clock = clock;
    this.random = random;
    DeviceClock deviceClock = new DeviceClock(clock, clock::nanoTime, () -> false);
    messages =
        new Messages(new DeviceAddress("clinic-1", "scope-1"), UUID.randomUUID(), deviceClock);
    outbox = new DurableOutbox(database, DurableOutbox.STANDARD_BYTES, clock::nanoTime, order);
    BrokerLink link = BrokerLink.of(broker.toString(), Optional.empty(), Optional.empty());
    publisher =
        new Publisher(
            AutoTransport.of(link, "kronocyte-scope-1"),
            outbox,
            messages,
            new DeviceStatus(
                DeviceStatus.State.READY, Map.of("kronocyte", "harness"), Map.of(), true, List.of()),
            new Backoff(Duration.ofMillis(500), Duration.ofSeconds(5), random),
            deviceClock,
            new PublisherOptions(
                Publisher.Patience.STANDARD,
                new LinkPlan(
                    bytesPerSecond, Long.MAX_VALUE, List.of(), Optional.of(Message.Kind.SLIDE)),
                Duration.ofMinutes(1),
                List.of(),
                command -> {}));
    SlideDefaults defaults =
        new SlideDefaults(Specimen.BLOOD, 100, Optional.empty(), List.of(CellClass.values()), Optional::empty);
    desk = new SlideDesk(database, defaults, new Sink(), new DaemonListener() {}, clock);
  }

  private final class Sink implements ResultSink {
    @Override
    public void fieldCounted(
        Transaction tx, int number, FieldResult field, SlideSummary slide, int revision)
        throws ProblemException {
      add(tx, messages.field(slide.slide(), number, field));
      add(tx, messages.slide(slide, SlideJson.State.PRELIMINARY, revision));
    }

    @Override
    public void slideFinished(Transaction tx, SlideSummary slide, int revision)
        throws ProblemException {
      add(tx, messages.slide(slide, SlideJson.State.FINAL, revision));
    }

    private void add(Transaction tx, Message message) throws ProblemException {
      outbox.add(tx, publisher.isConnected() ? message : message.whileOffline());
    }

    @Override
    public void committed() {
      publisher.wake(List.of());
    }
  }

  /** Arguments: data folder, seed, broker, days, fields a slide, bytes a second, drain order. */
  public static void main(String[] arguments) throws Exception {
    int days = Integer.parseInt(arguments[3]);
    try (Database database =
        Database.own(Path.of(arguments[0]), Database.Settings.STANDARD)) {
      new OfflineDevice(
              database,
              URI.create(arguments[2]),
              Long.parseLong(arguments[5]),
              DrainOrder.valueOf(arguments[6]),
              new WeekClock(Duration.ofDays(-days)),
              new Random(Long.parseLong(arguments[1])))
          .run(days, Integer.parseInt(arguments[4]));
    }
  }

  private void run(int days, int fieldsASlide) throws Exception {
    publisher.start();
    Duration pause = Duration.ofDays(1).dividedBy((long) SLIDES_A_DAY * fieldsASlide);
    MadeUpFields fields = new MadeUpFields(random);
    for (int slide = 0; slide < days * SLIDES_A_DAY; slide++) {
      desk.start();
      for (int field = 0; field < fieldsASlide; field++) {
        clock.advance(pause);
        FieldResult next = fields.next(MOST_CELLS);
        while (desk.counted(next.origin())) {
          next = fields.next(MOST_CELLS); // Two made-up names may be the same.
        }
        desk.count(desk.openSlide().orElseThrow().key(), next, fields.thumbnail());
      }
      desk.finish();
    }
    System.out.println(
        COUNTED
            + days * SLIDES_A_DAY
            + " "
            + days * SLIDES_A_DAY * fieldsASlide
            + " "
            + outbox.size()
            + " "
            + outbox.bytes());
    while (outbox.size() > 0) {
      System.out.println(WAITING + outbox.size());
      Thread.sleep(1000);
    }
    System.out.println(WAITING + 0);
    System.out.println("dropped " + outbox.dropped());
    publisher.close();
  }
}
