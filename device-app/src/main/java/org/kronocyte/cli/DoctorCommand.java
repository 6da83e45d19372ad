package org.kronocyte.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.kronocyte.app.ConfiguredStation;
import org.kronocyte.app.FrameBudget;
import org.kronocyte.app.Models;
import org.kronocyte.app.SiteReport;
import org.kronocyte.board.BoardProfile;
import org.kronocyte.board.BoardProfiles;
import org.kronocyte.board.Machine;
import org.kronocyte.config.DeviceConfig;
import org.kronocyte.image.Natives;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.store.SalvageReport;
import org.opencv.core.Core;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kronocyte doctor}: what works on this machine, and what to do about the rest. */
@Command(
    name = "doctor",
    description =
        "Checks this machine, the models and, if given, a configuration; exit 1 if something must be mended.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {"  kronocyte doctor", "  kronocyte doctor --config /etc/kronocyte/kronocyte.yaml"})
final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOptions models;

  @Option(names = "--config", paramLabel = "FILE", description = "Also check this configuration.")
  private Path config;

  private PrintWriter out;
  private int faults;

  /** A check that says what it found. */
  private interface Check {
    String run() throws ProblemException;
  }

  @Override
  public Integer call() {
    out = spec.commandLine().getOut();
    Machine machine = Machine.at(Path.of("/"), System.getProperty("os.arch"));
    check("java", () -> Runtime.version() + " on " + System.getProperty("os.arch"));
    check("memory", DoctorCommand::memory);
    check(
        "vision library",
        () -> {
          Natives.load();
          return "OpenCV " + Core.VERSION;
        });
    check("models", this::models);
    note("cameras", devices("/dev", "video"));
    note("gpio chips", devices("/dev", "gpiochip"));
    check("board profile", () -> board(machine));
    if (config != null) {
      check(
          "configuration",
          () -> {
            ConfiguredStation.read(config);
            return config + " is valid";
          });
      check("site calibration", this::site);
      note("damaged databases", damagedStores());
    }
    out.flush();
    return faults == 0 ? ExitCode.OK : ExitCode.FAILED;
  }

  /** What was moved aside stays until a person has looked at it. */
  private List<String> damagedStores() {
    try {
      Path data = ConfiguredStation.read(config).data().dir();
      return SalvageReport.all(data).stream()
          .map(report -> data.resolve(report.folder()) + ": " + report.sentence())
          .toList();
    } catch (IOException e) {
      return List.of("can't be looked for (" + e + ")");
    } catch (ProblemException e) {
      return List.of("can't be looked for without a configuration");
    }
  }

  private static String memory() {
    boolean ahead = Runtime.getRuntime().availableProcessors() > 1;
    return String.format(
        Locale.ROOT,
        "heap up to %d MiB; pixels of a 1280x960 field at 0.1 um/px take at most %.1f MiB, of a 4056x3040 one %.1f MiB",
        Runtime.getRuntime().maxMemory() >> 20,
        FrameBudget.bytes(1280, 960, 0.1, ahead) / 1048576.0,
        FrameBudget.bytes(4056, 3040, 0.05, ahead) / 1048576.0);
  }

  private String models() throws ProblemException {
    try (Models loaded = models.loadFrom(modelFolder())) {
      if (loaded.segmenterProblem().isPresent()) {
        throw new ProblemException(loaded.segmenterProblem().get(), null);
      }
      return loaded.network().orElseThrow().pack().id()
          + ", "
          + loaded.classifierPack().id()
          + " in "
          + loaded.classifierEngine().describe()
          + ", golden cells reproduced";
    }
  }

  /** Where the daemon of the configuration has its packs; those of {@code --models} without one. */
  private Path modelFolder() throws ProblemException {
    if (config == null) {
      return models.folder();
    }
    Optional<Path> configured = ConfiguredStation.read(config).models().dir();
    return configured.isPresent() ? configured.get() : models.folder();
  }

  private String site() throws ProblemException {
    DeviceConfig read = ConfiguredStation.read(config);
    return String.join(
        "; ", SiteReport.of(read.models().site(), modelFolder(), read.data().dir(), Instant.now()));
  }

  private static String board(Machine machine) throws ProblemException {
    Optional<BoardProfile> profile = BoardProfiles.matching(machine);
    return profile
        .map(p -> p.name() + " fits this machine")
        .orElse("none fits; set board.profile to none");
  }

  private static List<String> devices(String folder, String prefix) {
    List<String> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of(folder), prefix + "*")) {
      for (Path entry : entries) {
        found.add(entry + (Files.isReadable(entry) ? "" : " (not readable by this user)"));
      }
    } catch (IOException e) {
      found.add(folder + " can't be listed (" + e + ")");
    }
    found.sort(String::compareTo);
    return found;
  }

  private void check(String what, Check check) {
    try {
      out.printf("ok    %-16s %s%n", what, check.run());
    } catch (ProblemException e) {
      faults++;
      out.printf("FAULT %-16s %s%n", what, e.getMessage());
    }
  }

  private void note(String what, List<String> found) {
    out.printf("note  %-16s %s%n", what, found.isEmpty() ? "none" : String.join(", ", found));
  }
}
