package org.kronocyte.cli;

import java.io.PrintWriter;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.slide.Accession;
import org.kronocyte.slide.SlideRecord;
import org.kronocyte.slide.SlideStore;
import org.kronocyte.slide.SlideSummary;
import org.kronocyte.store.Database;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kronocyte slide list}. */
@Command(
    name = "list",
    description = "Lists the stored slides, the one started last first.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = "  kronocyte slide list --data /var/lib/kronocyte")
final class SlideListCommand implements Callable<Integer> {
  private static final String LINE = "%-24s %-9s %-20s %-7s %-14s %6s %8s  %s%n";

  @Spec private CommandSpec spec;
  @Mixin private DataOptions data;

  @Option(
      names = "--newest",
      paramLabel = "N",
      defaultValue = "40",
      description = "How many at most (default: ${DEFAULT-VALUE}).")
  private int newest;

  @Override
  public Integer call() throws ProblemException {
    if (newest < 0) {
      throw new ParameterException(spec.commandLine(), "--newest " + newest + " is less than 0");
    }
    PrintWriter out = spec.commandLine().getOut();
    try (Database database = data.visit()) {
      out.printf(
          LINE, "SLIDE", "STATE", "STARTED", "KIND", "ACCESSION", "FIELDS", "COUNTED", "COMPLETE");
      for (SlideRecord slide : database.read(SlideStore::list).stream().limit(newest).toList()) {
        SlideSummary summary = StoredSlides.summary(database, slide);
        out.printf(
            LINE,
            slide.plan().slide(),
            slide.state().code(),
            slide.plan().startedAt().truncatedTo(ChronoUnit.SECONDS),
            slide.plan().specimen().code(),
            slide.plan().accession().map(Accession::number).orElse("-"),
            slide.fields(),
            summary.denominator(),
            (summary.complete() ? "yes" : "no: " + String.join("; ", summary.missing()))
                + (summary.simulated() ? "  SIMULATED" : ""));
      }
    }
    out.flush();
    return ExitCode.OK;
  }
}
