package org.kronocyte.cli;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.SlideJson;
import org.kronocyte.slide.SlideRecord;
import org.kronocyte.slide.SlideState;
import org.kronocyte.slide.SlideSummary;
import org.kronocyte.store.Database;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kronocyte slide show}. */
@Command(
    name = "show",
    description = "Shows a slide's differential, and what is missing of what was planned.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  kronocyte slide show --data /var/lib/kronocyte",
      "  kronocyte slide show --data /var/lib/kronocyte --json slide-20261122-101500"
    })
final class SlideShowCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DataOptions data;

  @Parameters(
      arity = "0..1",
      paramLabel = "SLIDE",
      description = "Which one (default: the open one, or the one started last).")
  private String slide;

  @Option(names = "--json", description = "As in a slide message (kronocyte/slide/1).")
  private boolean json;

  @Override
  public Integer call() throws ProblemException {
    PrintWriter out = spec.commandLine().getOut();
    try (Database database = data.visit()) {
      SlideRecord record = StoredSlides.find(database, Optional.ofNullable(slide));
      SlideSummary summary = StoredSlides.summary(database, record);
      if (json) {
        out.println(
            SlideJson.of(
                    summary,
                    record.state() == SlideState.FINISHED
                        ? SlideJson.State.FINAL
                        : SlideJson.State.PRELIMINARY)
                .toPrettyString());
      } else {
        print(record, summary, out);
      }
    }
    out.flush();
    return ExitCode.OK;
  }

  private static void print(SlideRecord record, SlideSummary summary, PrintWriter out) {
    out.println(
        "Slide "
            + summary.slide()
            + ", "
            + summary.specimen().code()
            + summary.accession().map(a -> ", accession " + a.number()).orElse("")
            + ", "
            + record.state().code());
    out.println("Started " + summary.startedAt());
    record.finishedAt().ifPresent(at -> out.println("Finished " + at));
    if (summary.complete()) {
      out.println("Complete: everything planned was captured, segmented, counted and stored.");
    } else {
      summary.missing().forEach(missing -> out.println("MISSING: " + missing));
    }
    DifferentialText.print(summary, out);
  }
}
