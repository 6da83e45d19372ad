package org.kronocyte.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.kronocyte.app.Models;
import org.kronocyte.model.ModelPack;
import org.kronocyte.problem.ProblemException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kronocyte model}: the packs that are installed. */
@Command(
    name = "model",
    description = "Lists and verifies model packs.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  kronocyte model list",
      "  kronocyte model verify --models /var/lib/kronocyte/models"
    })
final class ModelCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "list or verify?");
  }

  @Command(
      name = "list",
      aliases = "verify",
      description = {
        "Names the packs, after checking digests and the expansion of their weights.",
        "Exit 2 if some are bad, 1 if all are."
      },
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = {"  kronocyte model list", "  kronocyte model verify --models packs/"})
  int list(@Mixin ModelOptions models) throws ProblemException {
    PrintWriter out = spec.commandLine().getOut();
    int good = 0;
    int bad = 0;
    for (Path folder : Models.packFolders(models.folder())) {
      try {
        ModelPack pack = ModelPack.load(folder);
        out.printf(
            "%-24s %-10s %7d bytes of weights  %s%n",
            pack.id(),
            pack.manifest().kind().name().toLowerCase(Locale.ROOT),
            pack.manifest().files().get("weights.bin").bytes(),
            pack.weightsSha256());
        good++;
      } catch (ProblemException e) {
        spec.commandLine().getErr().println(folder + ": " + e.getMessage());
        bad++;
      }
    }
    out.flush();
    return ExitCode.of(good, bad);
  }
}
