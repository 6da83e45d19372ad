package org.kronocyte.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import org.kronocyte.board.Board;
import org.kronocyte.camera.FrameSource;
import org.kronocyte.health.HealthSnapshot;
import org.kronocyte.health.ProcessMetricsReader;
import org.kronocyte.health.StageLiveness;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.Backoff;
import org.kronocyte.publish.CropChoice;
import org.kronocyte.publish.DeviceAddress;
import org.kronocyte.publish.DeviceClock;
import org.kronocyte.publish.DeviceStatus;
import org.kronocyte.publish.DurableDayLedger;
import org.kronocyte.publish.DurableOutbox;
import org.kronocyte.publish.Messages;
import org.kronocyte.publish.Outbox;
import org.kronocyte.publish.Publisher;
import org.kronocyte.publish.PublisherOptions;
import org.kronocyte.publish.command.AnsweredCommands;
import org.kronocyte.publish.command.CommandDesk;
import org.kronocyte.publish.mqtt.AutoTransport;
import org.kronocyte.quality.QualityGate;
import org.kronocyte.quality.ScaleTracker;
import org.kronocyte.slide.Specimen;
import org.kronocyte.store.Database;
import org.kronocyte.store.SalvageReport;

/**
 * A whole device at work: camera, reader, board, health and publisher, put together and taken apart
 * in the right order.
 */
public final class Station implements AutoCloseable {
  /**
   * What a station is made of.
   *
   * @param source closed with the station
   * @param models closed with the station
   * @param uplink empty for a station that delivers nothing
   * @param ahead whether the next field is prepared while the last is being read
   * @param board empty for one without button and lamp; closed with the station
   * @param slideId of slides whose order names none; without it one is made of the time
   * @param storage closed with the station
   * @param site says how each slide's cells are named; closed with the station
   */
  public record Plan(
      FrameSource source,
      Models models,
      boolean ahead,
      ScaleTracker scales,
      QualityGate.Limits limits,
      Specimen specimen,
      int plannedCells,
      Optional<String> slideId,
      DeviceAddress address,
      Optional<Uplink> uplink,
      Optional<Board> board,
      Duration healthInterval,
      Storage storage,
      Optional<SiteKeeper> site) {}

  private static final Duration RETRY_REFUSED = Duration.ofMinutes(1);

  /** Made by systemd-timesyncd when it has set the clock; other time daemons aren't asked. */
  private static final Path TIME_SERVER_REACHED = Path.of("/run/systemd/timesync/synchronized");

  private final Plan plan;
  private final Daemon daemon;
  private final SlideDesk desk;
  private final RequestAnswerer answerer;
  private final StageLiveness liveness = new StageLiveness(System::nanoTime);
  private final HealthLoop health = new HealthLoop();
  private final Optional<Publisher> publisher;
  private final Optional<CommandDesk> commands;
  private final DeviceClock wall;
  private final Supplier<Map<String, Object>> figures;

  /**
   * Puts a station together and begins to connect, but reads nothing yet.
   *
   * @param watchers told of everything, after the station's own listeners
   */
  public Station(Plan plan, Clock clock, List<DaemonListener> watchers) throws ProblemException {
    this.plan = plan;
    this.wall = new DeviceClock(clock, System::nanoTime, () -> Files.exists(TIME_SERVER_REACHED));
    List<DaemonListener> listeners = new ArrayList<>();
    Optional<LampListener> lamp = plan.board().flatMap(Board::lamp).map(LampListener::new);
    lamp.ifPresent(listeners::add);
    Optional<PublishingListener> publishing = Optional.empty();
    Optional<Messages> messages = Optional.empty();
    Optional<DurableOutbox> outbox = Optional.empty();
    ResultSink results = ResultSink.NONE;
    Database database = plan.storage().database();
    if (plan.uplink().isPresent()) {
      messages = Optional.of(new Messages(plan.address(), UUID.randomUUID(), wall));
      DeviceStatus identity =
          Identity.of(
              plan.models(), plan.source().simulated(), plan.site().flatMap(SiteKeeper::fault));
      outbox =
          Optional.of(
              new DurableOutbox(
                  database,
                  plan.storage().outboxBytes(),
                  System::nanoTime,
                  plan.uplink().get().order()));
      Publisher made = publisher(plan, outbox.get(), messages.get(), identity, wall);
      results = new OutboxResults(outbox.get(), messages.get(), made);
      publishing = Optional.of(new PublishingListener(made, messages.get(), identity));
      this.publisher = Optional.of(made);
    } else {
      this.publisher = Optional.empty();
    }
    publishing.ifPresent(listeners::add);
    Optional<AlertWatch> alerts = messages.map(this::alerts);
    alerts.ifPresent(listeners::add);
    listeners.addAll(watchers);
    DaemonListener all = new Listeners(listeners);
    SlideDefaults defaults =
        new SlideDefaults(
            plan.specimen(),
            plan.plannedCells(),
            plan.slideId(),
            plan.models().labels(),
            () -> plan.site().flatMap(SiteKeeper::next));
    this.desk = new SlideDesk(database, defaults, results, all, clock);
    this.answerer = new RequestAnswerer(new SlideRequests(database), desk, plan.site());
    FieldReader reader =
        new FieldReader(
            plan.scales(),
            new QualityGate(plan.limits()),
            plan.models(),
            StageTimer.NONE,
            plan.uplink().map(Uplink::crops).orElse(CropChoice.NONE));
    this.daemon = new Daemon(plan.source(), reader, desk, all, liveness, plan.ahead(), plan.site());
    ProcessMetricsReader metrics =
        new ProcessMetricsReader(
            Path.of("/proc/self"),
            database.folder(),
            System::nanoTime,
            () -> plan.board().map(Board::temperatureCelsius).orElse(OptionalDouble.empty()));
    this.figures = () -> figures(metrics);
    plan.board().flatMap(Board::button).ifPresent(button -> button.onPress(desk::pressed));
    this.commands = commands(messages, publishing, lamp);
    publisher.ifPresent(Publisher::start);
    health.repeat(
        Housekeeping.INTERVAL,
        new Housekeeping(database, plan.storage().keep(), plan.address(), outbox, clock));
    publishing.ifPresent(
        to -> {
          health.report(
              plan.healthInterval(),
              figures,
              now -> {
                to.health(now);
                alerts.ifPresent(a -> a.look(now));
              });
          plan.site().ifPresent(site -> site.onChange(() -> to.health(figures.get())));
        });
  }

  private AlertWatch alerts(Messages messages) {
    Publisher to = publisher.orElseThrow();
    return new AlertWatch(messages, to::offer, plan.storage().outboxBytes(), System::nanoTime);
  }

  private Publisher publisher(
      Plan plan, Outbox outbox, Messages messages, DeviceStatus identity, DeviceClock clock) {
    Uplink uplink = plan.uplink().orElseThrow();
    String clientId = "kronocyte-" + plan.address().site() + "-" + plan.address().device();
    return new Publisher(
        AutoTransport.of(uplink.broker(), clientId),
        outbox,
        messages,
        identity,
        new Backoff(Duration.ofSeconds(1), uplink.reconnectMax(), new Random()),
        clock,
        new PublisherOptions(
            Publisher.Patience.STANDARD,
            uplink.plan(),
            new DurableDayLedger(plan.storage().database(), clock),
            RETRY_REFUSED,
            uplink.flattenings(),
            message -> commands.ifPresent(desk -> desk.received(message))));
  }

  private Optional<CommandDesk> commands(
      Optional<Messages> messages,
      Optional<PublishingListener> publishing,
      Optional<LampListener> lamp) {
    if (messages.isEmpty() || publisher.isEmpty() || publishing.isEmpty()) {
      return Optional.empty();
    }
    PublishingListener to = publishing.get();
    return Optional.of(
        new CommandDesk(
            messages.get(),
            plan.uplink().orElseThrow().commands(),
            new AnsweredCommands(plan.storage().database()),
            new StationActions(desk, plan.site(), lamp, health, () -> to.health(figures.get())),
            wall,
            publisher.get()::reply));
  }

  private Map<String, Object> figures(ProcessMetricsReader metrics) {
    Map<String, Object> more = new LinkedHashMap<>(daemon.figures());
    more.put("simulated", plan.source().simulated());
    publisher.ifPresent(p -> more.putAll(p.figures()));
    commands.ifPresent(c -> more.putAll(c.figures()));
    plan.site().ifPresent(s -> more.putAll(s.figures()));
    more.put("clock_shift_s", wall.shift().toSeconds());
    more.putAll(damagedStores());
    plan.board()
        .flatMap(Board::throttling)
        .ifPresent(
            power -> {
              more.put("throttled", power.slowedNow());
              more.put("under_voltage", power.underVoltageNow());
            });
    return HealthSnapshot.of(metrics.read(), liveness).with(more).values();
  }

  /** Databases that were moved aside, and what was saved of the newest. */
  private Map<String, Object> damagedStores() {
    try {
      List<SalvageReport> all = SalvageReport.all(plan.storage().database().folder());
      if (all.isEmpty()) {
        return Map.of("damaged_stores", 0);
      }
      SalvageReport newest = all.get(all.size() - 1);
      return Map.of(
          "damaged_stores", all.size(),
          "salvaged_rows", newest.rowsSaved(),
          "salvage_unreadable_tables", newest.tablesUnreadable().size(),
          "salvage_lost_fields", newest.fieldsLost());
    } catch (IOException e) {
      return Map.of("damaged_stores", -1);
    }
  }

  /** Which stages make progress; for the watchdog. */
  public StageLiveness liveness() {
    return liveness;
  }

  /** Repeats a quick check on the health thread until the station closes. */
  public void every(Duration interval, Runnable check) {
    health.repeat(interval, check);
  }

  /** The figures of the health message, now. */
  public Map<String, Object> figures() {
    return figures.get();
  }

  /**
   * Reads until {@link #stop} or the end of the source. A slide left open by an earlier run goes on
   * as it was; without one counting starts at once, or with a button when that is pressed.
   *
   * @throws ProblemException if the slide can't be stored
   */
  public void run() throws ProblemException, InterruptedException {
    desk.tellWhatGoesOn();
    if (plan.board().flatMap(Board::button).isEmpty() && desk.phase() == SlideDesk.Phase.IDLE) {
      desk.start();
    }
    health.repeat(RequestAnswerer.INTERVAL, answerer);
    daemon.run();
  }

  /** Finishes the slide that is open, if any; after {@link #run} has ended. */
  public void finishSlide() throws ProblemException {
    desk.finish();
  }

  /** Asks {@link #run} to end after the field in hand. Any thread. */
  public void stop() {
    daemon.stop();
  }

  /**
   * Says {@code stopped}, disconnects, and frees camera, board, models and data folder. After
   * {@link #run} has ended.
   */
  @Override
  public void close() {
    health.close();
    commands.ifPresent(CommandDesk::close);
    publisher.ifPresent(Publisher::close);
    plan.source().close();
    plan.board().ifPresent(Board::close);
    plan.site().ifPresent(SiteKeeper::close);
    plan.models().close();
    plan.storage().database().close();
  }
}
