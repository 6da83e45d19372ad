import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.kronocyte.app.DaemonListener;
import org.kronocyte.app.ResultSink;
import org.kronocyte.app.SlideDefaults;
import org.kronocyte.app.SlideDesk;
import org.kronocyte.classify.CellClass;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.DeviceAddress;
import org.kronocyte.publish.DurableOutbox;
import org.kronocyte.publish.Messages;
import org.kronocyte.publish.Outbox;
import org.kronocyte.publish.SlideJson;
import org.kronocyte.quality.FieldThumbnail;
import org.kronocyte.slide.FieldResult;
import org.kronocyte.slide.SlideSummary;
import org.kronocyte.slide.Specimen;
import org.kronocyte.store.Database;
import org.kronocyte.store.Transaction;

/**
 * The daemon's desk, store and outbox without camera and networks: counts made-up fields as fast as
 * they can be stored, and delivers to standard output, a line a message. It can be killed many times
 * a minute, and nearly always in the middle of a write.
 */
final class DeskProcess {
  /** Precedes a message: {@code MSG topic json}. */
  static final String MESSAGE = "MSG ";

  /** Precedes a problem: {@code PROBLEM code sentence}. */
  static final String PROBLEM = "PROBLEM ";

  /** What goes away by itself. */
  private static final Set<String> PASSING =
      Set.of(
          "disk_full", "store_io_error", "store_read_only", "store_unavailable", "store_busy");

  private static final int MOST_CELLS = 24;

  private final Random random;
  private final MadeUpFields fields;
  private final DurableOutbox outbox;
  private final Messages messages;
  private final SlideDesk desk;

  private DeskProcess(Database database, Clock clock, Random random) throws ProblemException {
    this.random = random;
    this.fields = new MadeUpFields(random);
    this.outbox =
        new DurableOutbox(database, DurableOutbox.STANDARD_BYTES, System::nanoTime);
    this.messages =
        new Messages(new DeviceAddress("clinic-1", "scope-1"), UUID.randomUUID(), clock);
    SlideDefaults defaults =
        new SlideDefaults(
            Specimen.BLOOD, 100, Optional.empty(), List.of(CellClass.values()), Optional::empty);
    this.desk = new SlideDesk(database, defaults, new Sink(), new DaemonListener() {}, clock);
  }

  private final class Sink implements ResultSink {
    @Override
    public void fieldCounted(
        Transaction tx, int number, FieldResult field, SlideSummary slide, int revision)
        throws ProblemException {
      outbox.add(tx, messages.field(slide.slide(), number, field));
      outbox.add(tx, messages.slide(slide, SlideJson.State.PRELIMINARY, revision));
    }

    @Override
    public void slideFinished(Transaction tx, SlideSummary slide, int revision)
        throws ProblemException {
      outbox.add(tx, messages.slide(slide, SlideJson.State.FINAL, revision));
    }

    @Override
    public void committed() {}
  }

  /** Arguments: data folder, seed, fields a slide, fields in all (0: until it is killed). */
  public static void main(String[] arguments) throws Exception {
    long seed = Long.parseLong(arguments[1]);
    try (Database database = open(Path.of(arguments[0]))) {
      DeskProcess process =
          again(() -> new DeskProcess(database, HarnessClock.of(seed), new Random(seed)));
      process.run(Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
    }
  }

  private static Database open(Path folder) throws Exception {
    return again(() -> Database.own(folder, Database.Settings.STANDARD));
  }

  private interface Storing<T> {
    T tryIt() throws ProblemException;
  }

  /** As the daemon does: what can't be stored is tried again. */
  private static <T> T again(Storing<T> storing) throws Exception {
    for (int failures = 0; ; failures++) {
      try {
        return storing.tryIt();
      } catch (ProblemException e) {
        System.out.println(PROBLEM + e.problem().code() + " " + e.getMessage());
        if (!PASSING.contains(e.problem().code()) || failures > 200) {
          throw e;
        }
        Thread.sleep(2);
      }
    }
  }

  private void run(int fieldsASlide, int inAll) throws Exception {
    if (desk.phase() == SlideDesk.Phase.IDLE) {
      start();
    }
    for (int done = 0; inAll == 0 || done < inAll; done++) {
      FieldResult field = fields.next(MOST_CELLS);
      if (!desk.counted(field.origin())) {
        FieldThumbnail thumbnail = fields.thumbnail();
        again(() -> desk.count(desk.openSlide().orElseThrow().key(), field, thumbnail));
      }
      deliver(random.nextInt(4));
      if (random.nextInt(20) == 0) {
        again(desk::pause);
        again(desk::resume);
      }
      if (random.nextInt(fieldsASlide) == 0) {
        again(desk::finish);
        start();
      }
    }
    again(desk::finish);
    deliver(Integer.MAX_VALUE);
  }

  private void start() throws Exception {
    again(
        () -> {
          desk.start();
          return null;
        });
  }

  /** Some are taken and not acknowledged, as when the link breaks off. */
  private void deliver(int most) {
    for (int i = 0; i < most; i++) {
      Optional<Outbox.Entry> entry = outbox.take();
      if (entry.isEmpty()) {
        return;
      }
      System.out.println(
          MESSAGE + entry.get().message().topic() + " " + entry.get().message().json());
      System.out.flush();
      if (most == Integer.MAX_VALUE || random.nextInt(10) > 0) {
        outbox.acknowledge(entry.get().id());
      } else {
        outbox.releaseTaken();
      }
    }
  }
}
