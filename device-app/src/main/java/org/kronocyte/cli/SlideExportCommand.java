package org.kronocyte.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.kronocyte.app.SlideExport;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.slide.SlideRecord;
import org.kronocyte.slide.SlideStore;
import org.kronocyte.store.Database;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kronocyte slide export}. */
@Command(
    name = "export",
    description = {
      "Writes slides to a folder or USB stick: SLIDE.json, SLIDE.csv (a line a class) and SLIDE.cells.csv (a line a",
      "cell). A file is whole or not there; an older one of the same slide is replaced. Names of images stay here."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  kronocyte slide export --data /var/lib/kronocyte --out /media/usb --all",
      "  kronocyte slide export --config my.yaml --out results slide-20261122-101500"
    })
final class SlideExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DataOptions data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where to; made if it isn't there.")
  private Path out;

  @Option(names = "--all", description = "All slides.")
  private boolean all;

  @Parameters(arity = "0..*", paramLabel = "SLIDE", description = "Which ones.")
  private List<String> slides = List.of();

  @Override
  public Integer call() throws ProblemException {
    if (all == !slides.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "name slides, or give --all");
    }
    PrintWriter text = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    int good = 0;
    int bad = 0;
    try (Database database = data.visit()) {
      List<String> names =
          all
              ? database.read(SlideStore::list).stream().map(s -> s.plan().slide()).toList()
              : slides;
      for (String name : names) {
        try {
          SlideRecord slide = StoredSlides.find(database, Optional.of(name));
          SlideExport.write(database, slide, out).forEach(text::println);
          good++;
        } catch (ProblemException e) {
          err.println("kronocyte: " + e.getMessage());
          bad++;
        }
      }
    }
    text.flush();
    return ExitCode.of(good, bad);
  }
}
