package org.kronocyte.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Duration;
import org.kronocyte.app.SlideRequests;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.slide.Accession;
import org.kronocyte.slide.Specimen;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kronocyte slide}: what a person does with slides, without a button or a network. */
@Command(
    name = "slide",
    description = {
      "Starts, pauses, resumes and finishes the slide on a running daemon; lists, shows and exports what is stored,",
      "whether the daemon runs or not."
    },
    mixinStandardHelpOptions = true,
    subcommands = {SlideListCommand.class, SlideShowCommand.class, SlideExportCommand.class},
    footerHeading = "%nExamples:%n",
    footer = {
      "  kronocyte slide start --config /etc/kronocyte/kronocyte.yaml --accession H26-01234",
      "  kronocyte slide list --data /var/lib/kronocyte",
      "  kronocyte slide export --data /var/lib/kronocyte --out /media/usb --all"
    })
final class SlideCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "start, pause, resume, finish, list, show or export?");
  }

  /** How long to wait for the daemon. */
  static final class WaitOption {
    @Option(
        names = "--wait",
        paramLabel = "D",
        defaultValue = "10s",
        description = "How long the daemon may take to answer (default: ${DEFAULT-VALUE}).",
        converter = DurationConverter.class)
    private Duration limit;
  }

  @Command(
      name = "start",
      description = "Starts a slide; what isn't given is as configured.",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      footerHeading = "%nExamples:%n",
      footer = {
        "  kronocyte slide start --data /var/lib/kronocyte --accession H26-01234",
        "  kronocyte slide start --config my.yaml --specimen blood --planned 200 --slide ward-3-17"
      })
  int start(
      @Mixin DataOptions data,
      @Option(
              names = "--accession",
              paramLabel = "NUMBER",
              description =
                  "The laboratory's number of the specimen, e.g. H26-01234; never a name.")
          String accession,
      @Option(
              names = "--specimen",
              paramLabel = "marrow|blood",
              description = "What is on the slide.",
              converter = SpecimenConverter.class)
          Specimen specimen,
      @Option(
              names = "--planned",
              paramLabel = "N",
              description = "How many cells make the slide complete.")
          Integer planned,
      @Option(
              names = "--slide",
              paramLabel = "ID",
              description = "What to call it: a-z, 0-9 and '-'; without it a name is made.")
          String slide,
      @Mixin WaitOption wait)
      throws ProblemException, InterruptedException {
    ObjectNode arguments = SlideRequests.object();
    if (accession != null) {
      arguments.put("accession", Accession.of(accession).number());
    }
    if (specimen != null) {
      arguments.put("specimen", specimen.code());
    }
    if (planned != null) {
      arguments.put("planned_cells", planned);
    }
    if (slide != null) {
      arguments.put("slide", slide);
    }
    ObjectNode answer = DaemonRequest.send(data.folder(), "start", arguments, wait.limit);
    return say("slide " + answer.path("slide").asText() + " started");
  }

  @Command(
      name = "pause",
      description = "Stops counting; the slide stays.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = "  kronocyte slide pause --data /var/lib/kronocyte")
  int pause(@Mixin DataOptions data, @Mixin WaitOption wait)
      throws ProblemException, InterruptedException {
    DaemonRequest.send(data.folder(), "pause", SlideRequests.object(), wait.limit);
    return say("paused");
  }

  @Command(
      name = "resume",
      description = "Goes on with the paused slide.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = "  kronocyte slide resume --data /var/lib/kronocyte")
  int resume(@Mixin DataOptions data, @Mixin WaitOption wait)
      throws ProblemException, InterruptedException {
    DaemonRequest.send(data.folder(), "resume", SlideRequests.object(), wait.limit);
    return say("counting");
  }

  @Command(
      name = "finish",
      description = "Ends the slide, and says what is missing of what was planned.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = "  kronocyte slide finish --data /var/lib/kronocyte")
  int finish(@Mixin DataOptions data, @Mixin WaitOption wait)
      throws ProblemException, InterruptedException {
    ObjectNode answer =
        DaemonRequest.send(data.folder(), "finish", SlideRequests.object(), wait.limit);
    return say(
        "slide "
            + answer.path("slide").asText()
            + " finished, "
            + (answer.path("complete").asBoolean()
                ? "complete"
                : "INCOMPLETE: " + answer.path("missing").asText()));
  }

  private int say(String text) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(text);
    out.flush();
    return ExitCode.OK;
  }
}
