package org.kronocyte.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.kronocyte.app.SiteFolder;
import org.kronocyte.app.SlideRequests;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.store.Database;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kronocyte site}: the site calibrations a daemon has learnt by itself. */
@Command(
    name = "site",
    description = {
      "Lists and undoes the site calibrations the daemon has learnt with models.site: auto.",
      "Whatever is done takes effect with the next slide; a slide keeps the calibration it began with."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  kronocyte site list --data /var/lib/kronocyte",
      "  kronocyte site undo --config /etc/kronocyte/kronocyte.yaml",
      "  kronocyte site again --config /etc/kronocyte/kronocyte.yaml"
    })
final class SiteCommand implements Runnable {
  private static final Duration WAIT = Duration.ofSeconds(10);

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "list, undo or again?");
  }

  @Command(
      name = "list",
      description = "Lists them, newest first, and says why the last attempt was refused.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = "  kronocyte site list --data /var/lib/kronocyte")
  int list(@Mixin DataOptions data) throws ProblemException {
    SiteFolder folder = new SiteFolder(data.folder());
    List<SiteFolder.Entry> entries = folder.entries();
    PrintWriter out = spec.commandLine().getOut();
    Set<String> models = new HashSet<>();
    for (SiteFolder.Entry entry : entries) {
      String role = entry.undone() ? "undone" : "previous";
      if (!entry.undone() && models.add(entry.site().weightsSha256())) {
        role = "in use";
      }
      out.printf(
          Locale.ROOT,
          "%-8s  %s  %s, %d fields%n",
          role,
          entry.site().id(),
          entry.site().model(),
          entry.site().images());
    }
    if (entries.isEmpty()) {
      out.println("none");
    }
    folder
        .notes()
        .refusal()
        .ifPresent(
            r ->
                out.printf(
                    "refused   %s, %d cells: %s%n", r.at(), r.cells(), r.problem().sentence()));
    out.flush();
    return ExitCode.OK;
  }

  @Command(
      name = "undo",
      description = {
        "Goes back to the calibration before, or to none; the device learns no other until 'site again'."
      },
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = "  kronocyte site undo --data /var/lib/kronocyte")
  int undo(@Mixin DataOptions data) throws ProblemException, InterruptedException {
    Path folder = data.folder();
    String undone =
        Database.isOwned(folder)
            ? ask(folder, "site-undo").path("undone").asText()
            : new SiteFolder(folder).undo(Optional.empty()).id();
    return say("undone: " + undone + "; the next slide is read without it");
  }

  @Command(
      name = "again",
      description = "Forgets what was undone, so that the device may learn again.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = "  kronocyte site again --data /var/lib/kronocyte")
  int again(@Mixin DataOptions data) throws ProblemException, InterruptedException {
    Path folder = data.folder();
    int gone =
        Database.isOwned(folder)
            ? ask(folder, "site-again").path("forgotten").asInt()
            : new SiteFolder(folder).again();
    return say(gone + " forgotten; the device learns again");
  }

  private static ObjectNode ask(Path folder, String verb)
      throws ProblemException, InterruptedException {
    return DaemonRequest.send(folder, verb, SlideRequests.object(), WAIT);
  }

  private int say(String text) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(text);
    out.flush();
    return ExitCode.OK;
  }
}
