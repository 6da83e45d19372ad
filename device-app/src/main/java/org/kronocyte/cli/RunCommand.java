package org.kronocyte.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.kronocyte.app.ConfiguredStation;
import org.kronocyte.app.Station;
import org.kronocyte.app.StoreOpening;
import org.kronocyte.board.ThreadScheduler;
import org.kronocyte.config.DeviceConfig;
import org.kronocyte.health.CauseFile;
import org.kronocyte.health.SystemdNotifier;
import org.kronocyte.health.Watchdog;
import org.kronocyte.problem.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kronocyte run}: the daemon. */
@Command(
    name = "run",
    description = {
      "Reads slides from the configured camera until it is stopped (SIGTERM or Ctrl-C), and delivers results by MQTT."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  kronocyte run --config /etc/kronocyte/kronocyte.yaml",
      "  kronocyte run --check --config my.yaml      says what is wrong with a configuration, and ends"
    })
final class RunCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);
  private static final Duration WATCH_INTERVAL = Duration.ofSeconds(10);

  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The device's configuration (YAML).")
  private Path config;

  @Option(names = "--check", description = "Only check the configuration.")
  private boolean check;

  @Override
  public Integer call() throws ProblemException, InterruptedException {
    try {
      return run();
    } catch (ProblemException e) {
      if (!StoreOpening.mayPass(e.problem())) {
        throw e;
      }
      spec.commandLine().getErr().println("kronocyte: " + e.getMessage());
      return ExitCode.TRY_AGAIN;
    } catch (RuntimeException | Error e) {
      // An Error left to the Java machine would end as 1, after which systemd starts nothing again.
      LOG.error("the daemon failed in a way nobody foresaw; please report this", e);
      return ExitCode.STUCK;
    }
  }

  private int run() throws ProblemException, InterruptedException {
    DeviceConfig read = ConfiguredStation.read(config);
    if (check) {
      return ExitCode.OK;
    }
    SystemdNotifier systemd = SystemdNotifier.of(System.getenv(), ProcessHandle.current().pid());
    CauseFile causeFile = new CauseFile(read.data().dir().resolve("cause.json"), Clock.systemUTC());
    CountDownLatch closed = new CountDownLatch(1);
    try (ThreadScheduler scheduler = new ThreadScheduler();
        Station station =
            ConfiguredStation.open(
                read,
                Home.folder().resolve("models"),
                scheduler,
                Clock.systemUTC(),
                problem -> systemd.status("waiting: " + problem.sentence()))) {
      // Now the folder is ours: a second daemon, started by mistake, leaves the cause where it is.
      reportLastCause(causeFile);
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> stop(station, systemd, closed), "stop"));
      // A stage that hangs in native code can't be interrupted: end at once, systemd starts us
      // again.
      Watchdog watchdog =
          new Watchdog(
              station.liveness(),
              systemd,
              causeFile,
              cause -> Runtime.getRuntime().halt(ExitCode.STUCK));
      station.every(systemd.watchdogInterval().orElse(WATCH_INTERVAL), watchdog::tick);
      systemd.ready("reading");
      station.run();
      LOG.info("the source has ended or the daemon was stopped");
    } finally {
      closed.countDown();
    }
    return ExitCode.OK;
  }

  private static void reportLastCause(CauseFile file) {
    try {
      file.read()
          .ifPresent(
              c -> LOG.error("the last run ended at {}: {}", c.at(), c.problem().sentence()));
      file.clear();
    } catch (IOException e) {
      LOG.warn("the cause of the last end can't be cleared: {}", e.toString());
    }
  }

  /** Runs when the process is told to end: lets the daemon say goodbye, within a bound. */
  private static void stop(Station station, SystemdNotifier systemd, CountDownLatch closed) {
    systemd.stopping("told to stop");
    station.stop();
    try {
      if (!closed.await(20, TimeUnit.SECONDS)) {
        LOG.error("the daemon didn't end within 20 s of being told to");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
