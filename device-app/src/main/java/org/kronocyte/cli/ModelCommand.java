package org.kronocyte.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.kronocyte.app.EngineChoice;
import org.kronocyte.app.EngineMeasurement;
import org.kronocyte.app.EngineRecord;
import org.kronocyte.app.ModelStore;
import org.kronocyte.app.Models;
import org.kronocyte.image.Natives;
import org.kronocyte.model.Form;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.ModelPack;
import org.kronocyte.problem.ProblemException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kronocyte model}: the packs that are installed. */
@Command(
    name = "model",
    description = "Lists, verifies, measures, compares and exchanges model packs.",
    subcommands = ModelCompareCommand.class,
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  kronocyte model list",
      "  kronocyte model verify --models /var/lib/kronocyte/models",
      "  kronocyte model install --models /var/lib/kronocyte/models /media/usb/cls-2",
      "  kronocyte model rollback --models /var/lib/kronocyte/models classifier",
      "  kronocyte model measure --data /var/lib/kronocyte"
    })
final class ModelCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "list, verify, install, rollback, measure or compare?");
  }

  @Command(
      name = "list",
      description = {
        "Names the packs, after checking digests and the expansion of their weights.",
        "Exit 2 if some are bad, 1 if all are."
      },
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = {"  kronocyte model list", "  kronocyte model list --models packs/"})
  int list(@Mixin ModelOptions models) throws ProblemException {
    return each(models, ModelPack::load);
  }

  @Command(
      name = "verify",
      description = {
        "Like list, and each pack replays its golden cells on this board in every form it has, or in the one of"
            + " --engine.",
        "Exit 2 if some are bad, 1 if all are."
      },
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = {
        "  kronocyte model verify --models packs/",
        "  kronocyte model verify --engine tflite"
      })
  int verify(@Mixin ModelOptions models) throws ProblemException {
    return each(
        models,
        folder -> {
          ModelPack pack = ModelPack.load(folder);
          if (models.engine().form().isPresent()) {
            models.engine().open(pack, models.threads()).close();
          } else {
            for (Form form : pack.graphs().keySet()) {
              EngineChoice.of(form).open(pack, models.threads()).close();
            }
          }
          return pack;
        });
  }

  private int each(ModelOptions models, Check check) throws ProblemException {
    PrintWriter out = spec.commandLine().getOut();
    int good = 0;
    int bad = 0;
    for (Path folder : Models.packFolders(models.folder())) {
      try {
        ModelPack pack = check.run(folder);
        out.printf(
            "%-24s %-10s %7d bytes of weights  %s  %s%n",
            pack.id(),
            pack.manifest().kind().name().toLowerCase(Locale.ROOT),
            pack.manifest().files().get("weights.bin").bytes(),
            pack.weightsSha256(),
            ModelStore.role(folder));
        good++;
      } catch (ProblemException e) {
        spec.commandLine().getErr().println(folder + ": " + e.getMessage());
        bad++;
      }
    }
    out.flush();
    return ExitCode.of(good, bad);
  }

  @Command(
      name = "install",
      description = {
        "Copies a pack into the model folder and takes it into use, after checking its digests and replaying its"
            + " golden cells on this board. The pack in use before is kept for a rollback. A folder without any"
            + " pack first gets those that came with the program.",
        "A running daemon must be restarted."
      },
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = {"  kronocyte model install --models /var/lib/kronocyte/models /media/usb/cls-2"})
  int install(
      @Mixin ModelOptions models,
      @Parameters(paramLabel = "PACK", description = "Folder of the pack.") Path source)
      throws ProblemException {
    Natives.load();
    ModelStore store = new ModelStore(models.folder(), models.engine());
    if (store.isEmpty() && store.stock(Home.folder().resolve("models"))) {
      said("copied the packs that came with the program to " + models.folder());
    }
    ModelPack pack = store.install(source);
    said("installed " + pack.id() + " as " + pack.folder() + "; it is used from the next start on");
    return ExitCode.OK;
  }

  @Command(
      name = "rollback",
      description = {
        "Takes the pack into use again that was in use before, after replaying its golden cells.",
        "A running daemon must be restarted."
      },
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = {"  kronocyte model rollback --models /var/lib/kronocyte/models classifier"})
  int rollback(
      @Mixin ModelOptions models,
      @Parameters(paramLabel = "segmenter|classifier", description = "Which of the two.")
          String kind)
      throws ProblemException {
    ModelManifest.Kind wanted =
        Arrays.stream(ModelManifest.Kind.values())
            .filter(k -> k.name().toLowerCase(Locale.ROOT).equals(kind))
            .findFirst()
            .orElseThrow(
                () ->
                    new ParameterException(
                        spec.commandLine(), "'" + kind + "' is neither segmenter nor classifier"));
    Natives.load();
    ModelPack pack = new ModelStore(models.folder(), models.engine()).rollback(wanted);
    said("back to " + pack.id() + " in " + pack.folder() + "; it is used from the next start on");
    return ExitCode.OK;
  }

  @Command(
      name = "measure",
      description = {
        "Times every form of the packs on this board and records the fastest for models.engine: auto; where DIR"
            + " is /var/lib/kronocyte, for --engine auto, too. Stop other programs first."
      },
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = {"  kronocyte model measure", "  kronocyte model measure --data /srv/kronocyte"})
  int measure(
      @Mixin ModelOptions models,
      @Option(
              names = "--data",
              paramLabel = "DIR",
              description = "The daemon's data folder (default: ${DEFAULT-VALUE}).",
              defaultValue = "/var/lib/kronocyte")
          Path data,
      @Option(
              names = "--rounds",
              paramLabel = "N",
              description = "How often each form runs (default: ${DEFAULT-VALUE}).",
              defaultValue = "60")
          int rounds)
      throws ProblemException {
    List<EngineMeasurement.Result> results = new ArrayList<>();
    PrintWriter out = spec.commandLine().getOut();
    for (Path folder : Models.packFolders(models.folder())) {
      EngineMeasurement.Result result =
          EngineMeasurement.of(ModelPack.load(folder), models.threads(), Math.max(1, rounds));
      FormsTable.print(result, out);
      results.add(result);
    }
    said("* recorded in " + EngineRecord.write(data, results, Instant.now()));
    return ExitCode.OK;
  }

  private void said(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }

  /** Loads a pack and perhaps tries it. */
  private interface Check {
    ModelPack run(Path folder) throws ProblemException;
  }
}
