package org.kronocyte.app;

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
import org.kronocyte.publish.BrokerLink;
import org.kronocyte.publish.DeviceAddress;
import org.kronocyte.publish.DeviceStatus;
import org.kronocyte.publish.MemoryOutbox;
import org.kronocyte.publish.Messages;
import org.kronocyte.publish.PahoTransport;
import org.kronocyte.publish.Publisher;
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
   * @param broker empty for a station that delivers nothing
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
      Optional<BrokerLink> broker,
      Optional<Board> board,
      Duration healthInterval,
      Path dataFolder) {}

  private final Plan plan;
  private final Daemon daemon;
  private final SlideDesk desk;
  private final StageLiveness liveness = new StageLiveness(System::nanoTime);
  private final HealthLoop health = new HealthLoop();
  private final Optional<Publisher> publisher;
  private final Supplier<Map<String, Object>> figures;

  /**
   * Puts a station together and begins to connect, but reads nothing yet.
   *
   * @param watchers told of everything, after the station's own listeners
   */
  public Station(Plan plan, Clock clock, List<DaemonListener> watchers) throws ProblemException {
    this.plan = plan;
    List<DaemonListener> listeners = new ArrayList<>();
    plan.board().flatMap(Board::lamp).map(LampListener::new).ifPresent(listeners::add);
    Optional<PublishingListener> publishing = Optional.empty();
    if (plan.broker().isPresent()) {
      Messages messages = new Messages(plan.address(), UUID.randomUUID(), clock);
      DeviceStatus identity = Identity.of(plan.models(), plan.source().simulated());
      Publisher made = publisher(plan, messages, identity, clock);
      publishing = Optional.of(new PublishingListener(made, messages, identity));
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
    publisher.ifPresent(Publisher::start);
    publishing.ifPresent(to -> health.report(plan.healthInterval(), figures, to::health));
  }

  private static Publisher publisher(
      Plan plan, Messages messages, DeviceStatus identity, Clock clock) {
    String clientId = "kronocyte-" + plan.address().site() + "-" + plan.address().device();
    return new Publisher(
        new PahoTransport(plan.broker().orElseThrow(), clientId),
        new MemoryOutbox(MemoryOutbox.STANDARD_BYTES),
        messages,
        identity,
        Backoff.standard(new Random()),
        clock,
        Publisher.Patience.STANDARD);
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
    publisher.ifPresent(Publisher::close);
    plan.source().close();
    plan.board().ifPresent(Board::close);
    plan.models().close();
  }
}
