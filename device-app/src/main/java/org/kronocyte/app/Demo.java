package org.kronocyte.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kronocyte.camera.virtual.SmearRecipe;
import org.kronocyte.camera.virtual.VirtualMicroscope;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.BrokerLink;
import org.kronocyte.publish.DeviceAddress;
import org.kronocyte.publish.DurableOutbox;
import org.kronocyte.publish.EmbeddedBroker;
import org.kronocyte.quality.QualityGate;
import org.kronocyte.quality.ScaleTracker;
import org.kronocyte.slide.Specimen;
import org.kronocyte.store.Database;

/**
 * A broker, a virtual microscope, the daemon and the dashboard in one process, all on loopback. Its
 * database is the daemon's own, in a temporary folder that goes with the demo.
 */
public final class Demo implements AutoCloseable {
  private static final double FIELDS_PER_SECOND = 1;
  private static final Duration HEALTH_INTERVAL = Duration.ofSeconds(5);

  private final EmbeddedBroker broker;
  private final DashboardServer dashboard;
  private final Station station;
  private final TruthTally truth;
  private final EmbeddedBroker.Ports ports;
  private final TemporaryFolder folder;

  private Demo(
      EmbeddedBroker broker,
      EmbeddedBroker.Ports ports,
      DashboardServer dashboard,
      Station station,
      TruthTally truth,
      TemporaryFolder folder) {
    this.broker = broker;
    this.ports = ports;
    this.dashboard = dashboard;
    this.station = station;
    this.truth = truth;
    this.folder = folder;
  }

  /**
   * Starts everything but the reading.
   *
   * @param models closed with the demo, or at once if it can't start
   * @param dashboardFolder holds the compiled page
   * @param port of the dashboard, 0 for a free one
   * @param seed of the drawn film
   * @param watchers also told what happens
   */
  public static Demo start(
      Models models,
      Path dashboardFolder,
      int port,
      long seed,
      Clock clock,
      List<DaemonListener> watchers)
      throws ProblemException {
    List<AutoCloseable> opened = new ArrayList<>(List.of(models));
    try {
      EmbeddedBroker broker =
          EmbeddedBroker.find()
              .orElseThrow(
                  () ->
                      new ProblemException(
                          "demo_broker_missing",
                          "this installation has no demonstration broker on its class path",
                          "run the demo from a source checkout with deploy/kronocyte demo"));
      opened.add(broker);
      EmbeddedBroker.Ports ports = broker.start(0, 0);
      DeviceAddress address = DeviceAddress.of("demo", "virtual-1");
      DashboardServer dashboard =
          DashboardServer.start(
              dashboardFolder, pageConfig(ports, address), ports.webSocket(), port);
      opened.add(dashboard);
      VirtualMicroscope microscope =
          Sources.virtualMicroscope(SmearRecipe.blood(), seed, FIELDS_PER_SECOND, clock);
      TruthTally truth = new TruthTally(microscope);
      List<DaemonListener> all = new ArrayList<>(List.of(truth));
      all.addAll(watchers);
      BrokerLink link =
          BrokerLink.of("tcp://localhost:" + ports.mqtt(), Optional.empty(), Optional.empty())
              .with(BrokerLink.Protocol.V3_1_1);
      TemporaryFolder folder = TemporaryFolder.create("kronocyte-demo-");
      opened.add(folder);
      Database database = Database.own(folder.path(), Database.Settings.STANDARD);
      opened.add(database);
      Station.Plan plan =
          new Station.Plan(
              microscope,
              models,
              WorkAhead.worthwhile(),
              ScaleTracker.configured(microscope.umPerPx()),
              QualityGate.Limits.DEFAULT,
              Specimen.BLOOD,
              200,
              Optional.of("demo"),
              address,
              Optional.of(Uplink.plain(link)),
              Optional.empty(),
              HEALTH_INTERVAL,
              new Storage(database, DurableOutbox.STANDARD_BYTES, Duration.ofDays(1)),
              Optional.empty());
      return new Demo(broker, ports, dashboard, new Station(plan, clock, all), truth, folder);
    } catch (ProblemException | RuntimeException e) {
      Closing.all(opened, e);
      throw e;
    }
  }

  private static String pageConfig(EmbeddedBroker.Ports ports, DeviceAddress address) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("mqttUrl", "ws://localhost:" + ports.webSocket() + "/mqtt");
    json.put("topicRoot", DeviceAddress.ROOT);
    json.put("site", address.site());
    json.put("device", address.device());
    return json.toString();
  }

  /** Where a person looks. */
  public String dashboardUrl() {
    return "http://localhost:" + dashboard.port();
  }

  /** Where another MQTT client on this machine connects. */
  public int mqttPort() {
    return ports.mqtt();
  }

  /** What was really drawn. */
  public TruthTally truth() {
    return truth;
  }

  /** Reads until {@link #stop}, then finishes the slide. */
  public void run() throws ProblemException, InterruptedException {
    station.run();
    station.finishSlide();
  }

  public void stop() {
    station.stop();
  }

  /** The station's health figures, now. */
  public Map<String, Object> figures() {
    return station.figures();
  }

  @Override
  public void close() {
    station.close();
    dashboard.close();
    broker.close();
    folder.close();
  }
}
