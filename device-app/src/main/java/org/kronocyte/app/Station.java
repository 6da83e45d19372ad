package org.kronocyte.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
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
import org.kronocyte.publish.DeviceAddress;
import org.kronocyte.publish.DeviceClock;
import org.kronocyte.publish.DeviceStatus;
import org.kronocyte.publish.MemoryOutbox;
import org.kronocyte.publish.Messages;
import org.kronocyte.publish.Publisher;
import org.kronocyte.publish.PublisherOptions;
import org.kronocyte.publish.command.CommandDesk;
import org.kronocyte.publish.command.MemoryAnsweredCommands;
import org.kronocyte.publish.mqtt.AutoTransport;
import org.kronocyte.quality.QualityGate;
import org.kronocyte.quality.ScaleTracker;
import org.kronocyte.slide.SlideSession;
import org.kronocyte.slide.Specimen;

/**
 * A whole device at work: camera, reader, board, health and publisher, put together and taken apart
 * in the right order.
 */
public final class Station implements AutoCloseable {
  private static final DateTimeFormatter SLIDE_ID =
      DateTimeFormatter.ofPattern("'slide-'yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  /**
   * What a station is made of.
   *
   * @param source closed with the station
   * @param models closed with the station
   * @param uplink empty for a station that delivers nothing
   * @param board empty for one without button and lamp; closed with the station
   * @param dataFolder whose free space is reported
   */
  public record Plan(
      FrameSource source,
      Models models,
      ScaleTracker scales,
      QualityGate.Limits limits,
      Specimen specimen,
      int plannedCells,
      Optional<String> slideId,
      DeviceAddress address,
      Optional<Uplink> uplink,
      Optional<Board> board,
      Duration healthInterval,
      Path dataFolder) {}

  private static final Duration RETRY_REFUSED = Duration.ofMinutes(1);

  /** Made by systemd-timesyncd when it has set the clock; other time daemons aren't asked. */
  private static final Path TIME_SERVER_REACHED = Path.of("/run/systemd/timesync/synchronized");

  private final Plan plan;
  private final Daemon daemon;
  private final SlideDesk desk;
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
    if (plan.uplink().isPresent()) {
      messages = Optional.of(new Messages(plan.address(), UUID.randomUUID(), wall));
      DeviceStatus identity = Identity.of(plan.models(), plan.source().simulated());
      Publisher made = publisher(plan, messages.get(), identity, wall);
      publishing = Optional.of(new PublishingListener(made, messages.get(), identity));
      this.publisher = Optional.of(made);
    } else {
      this.publisher = Optional.empty();
    }
    publishing.ifPresent(listeners::add);
    listeners.addAll(watchers);
    DaemonListener all = new Listeners(listeners);
    this.desk = new SlideDesk(() -> session(clock.instant()), all);
    FieldReader reader =
        new FieldReader(
            plan.scales(), new QualityGate(plan.limits()), plan.models(), StageTimer.NONE);
    this.daemon = new Daemon(plan.source(), reader, desk, all, liveness);
    ProcessMetricsReader metrics =
        new ProcessMetricsReader(
            Path.of("/proc/self"),
            plan.dataFolder(),
            System::nanoTime,
            () -> plan.board().map(Board::temperatureCelsius).orElse(OptionalDouble.empty()));
    this.figures = () -> figures(metrics);
    plan.board().flatMap(Board::button).ifPresent(button -> button.onPress(desk::pressed));
    this.commands = commands(messages, publishing, lamp);
    publisher.ifPresent(Publisher::start);
    publishing.ifPresent(to -> health.report(plan.healthInterval(), figures, to::health));
  }

  private Publisher publisher(
      Plan plan, Messages messages, DeviceStatus identity, DeviceClock clock) {
    Uplink uplink = plan.uplink().orElseThrow();
    String clientId = "kronocyte-" + plan.address().site() + "-" + plan.address().device();
    return new Publisher(
        AutoTransport.of(uplink.broker(), clientId),
        new MemoryOutbox(MemoryOutbox.STANDARD_BYTES),
        messages,
        identity,
        new Backoff(Duration.ofSeconds(1), uplink.reconnectMax(), new Random()),
        clock,
        new PublisherOptions(
            Publisher.Patience.STANDARD,
            uplink.plan(),
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
            new MemoryAnsweredCommands(),
            new StationActions(desk, lamp, health, () -> to.health(figures.get())),
            wall,
            publisher.get()::reply));
  }

  private SlideSession session(Instant now) {
    return new SlideSession(
        plan.slideId().orElseGet(() -> SLIDE_ID.format(now)),
        plan.specimen(),
        now,
        plan.plannedCells(),
        plan.models().labels());
  }

  private Map<String, Object> figures(ProcessMetricsReader metrics) {
    Map<String, Object> more = new LinkedHashMap<>(daemon.figures());
    more.put("simulated", plan.source().simulated());
    publisher.ifPresent(p -> more.putAll(p.figures()));
    commands.ifPresent(c -> more.putAll(c.figures()));
    more.put("clock_shift_s", wall.shift().toSeconds());
    return HealthSnapshot.of(metrics.read(), liveness).with(more).values();
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
   * Reads until {@link #stop} or the end of the source. Without a button counting starts at once;
   * with one, when it is pressed.
   */
  public void run() throws InterruptedException {
    if (plan.board().flatMap(Board::button).isEmpty()) {
      desk.start();
    }
    daemon.run();
  }

  /** Asks {@link #run} to end after the field in hand. Any thread. */
  public void stop() {
    daemon.stop();
  }

  /**
   * Says {@code stopped}, disconnects, and frees camera, board and models. After {@link #run} has
   * ended.
   */
  @Override
  public void close() {
    health.close();
    commands.ifPresent(CommandDesk::close);
    publisher.ifPresent(Publisher::close);
    plan.source().close();
    plan.board().ifPresent(Board::close);
    plan.models().close();
  }
}
