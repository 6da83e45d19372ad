package org.kronocyte.cli;

import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.kronocyte.app.DaemonListener;
import org.kronocyte.app.Demo;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.slide.FieldResult;
import org.kronocyte.slide.SlideSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kronocyte demo}: the whole loop on a drawn film. */
@Command(
    name = "demo",
    description = {
      "Shows the whole device without hardware: a virtual microscope draws a blood film, the daemon reads it, an",
      "embedded broker on this machine carries the results, a page shows them. All of it is marked SIMULATED."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {"  kronocyte demo", "  kronocyte demo --port 8090 --duration 2m"})
final class DemoCommand implements Callable<Integer> {
  private static final int FIELDS_BETWEEN_TABLES = 10;

  @Spec private CommandSpec spec;
  @Mixin private ModelOptions models;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8080",
      description =
          "Port of the dashboard on this machine, 0 for a free one (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--duration",
      paramLabel = "D",
      description = "End by itself after 90s, 10m, 2h (default: until Ctrl-C).",
      converter = DurationConverter.class)
  private Duration duration;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Which film is drawn (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Override
  public Integer call() throws ProblemException, InterruptedException {
    if (port < 0 || port > 65_535) {
      throw new ParameterException(spec.commandLine(), "--port " + port + " is not 0 to 65535");
    }
    PrintWriter out = spec.commandLine().getOut();
    CountDownLatch closed = new CountDownLatch(1);
    Console console = new Console(out);
    try (Demo demo =
        Demo.start(
            models.load(),
            Home.folder().resolve("dashboard"),
            port,
            seed,
            Clock.systemUTC(),
            List.of(console))) {
      console.demo = demo;
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    demo.stop();
                    awaitQuietly(closed);
                  },
                  "stop"));
      out.println("SIMULATED: a virtual microscope draws the film; nothing here is a specimen.");
      out.println("Dashboard: " + demo.dashboardUrl());
      out.println(
          "Messages:  mosquitto_sub -h localhost -p "
              + demo.mqttPort()
              + " -v -t 'kronocyte/v1/#'");
      out.flush();
      Thread timer = duration == null ? null : endAfter(duration, demo);
      demo.run();
      if (timer != null) {
        timer.interrupt();
      }
    } finally {
      closed.countDown();
    }
    return ExitCode.OK;
  }

  private static Thread endAfter(Duration duration, Demo demo) {
    Thread timer =
        new Thread(
            () -> {
              try {
                Thread.sleep(duration.toMillis());
                demo.stop();
              } catch (InterruptedException e) {
                // The demo ended before its time.
                Thread.currentThread().interrupt();
              }
            },
            "duration");
    timer.setDaemon(true);
    timer.start();
    return timer;
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      if (!latch.await(15, TimeUnit.SECONDS)) {
        Thread.currentThread().interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Prints the differential as it grows: at the first field, then every tenth, then at the end. */
  private static final class Console implements DaemonListener {
    private final PrintWriter out;
    private volatile Demo demo;

    Console(PrintWriter out) {
      this.out = out;
    }

    @Override
    public void fieldRead(int number, FieldResult field, SlideSummary slide) {
      if (number == 1 || number % FIELDS_BETWEEN_TABLES == 0) {
        print(slide);
      }
    }

    @Override
    public void slideFinished(SlideSummary slide) {
      out.println("Final:");
      print(slide);
    }

    private void print(SlideSummary slide) {
      DifferentialText.print(slide, out);
      Map<String, Integer> drawn = demo.truth().counts();
      int all = drawn.values().stream().mapToInt(Integer::intValue).sum();
      StringBuilder line = new StringBuilder("Really drawn:");
      drawn.entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(
              e ->
                  line.append(
                      String.format(
                          Locale.ROOT,
                          " %s %d (%.0f %%)",
                          e.getKey(),
                          e.getValue(),
                          100.0 * e.getValue() / all)));
      out.println(line);
      out.println();
      out.flush();
    }
  }
}
