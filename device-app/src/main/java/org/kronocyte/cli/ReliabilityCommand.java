package org.kronocyte.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.kronocyte.app.CellJudge;
import org.kronocyte.app.Models;
import org.kronocyte.evaluate.CellSet;
import org.kronocyte.evaluate.ReliabilityJson;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.SiteCalibration;
import org.kronocyte.problem.ProblemException;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code kronocyte reliability}: probabilities, prediction sets and rejection against labels. */
@Command(
    name = "reliability",
    description = {
      "Judges the classifier's probabilities on public labelled cells: calibration error, prediction sets,",
      "risk against coverage, unknown cells. With --site each set is read without and with it."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  kronocyte reliability test lisc",
      "  kronocyte calibrate --um-per-px 0.2 --out lisc.json cells/lisc",
      "  kronocyte reliability --site lisc.json --out numbers.json test lisc"
    })
final class ReliabilityCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOptions models;

  @Parameters(
      arity = "0..*",
      paramLabel = "SET",
      description = "val, test, lisc, cellavision, jtsc, raabin (default: all but val).",
      converter = SetConverter.class)
  private List<CellSet> sets = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Folder with cells/, masks/ and fields/ (default: KRONOCYTE_DATA, else ../shared/data).")
  private Path data;

  @Option(
      names = "--site",
      paramLabel = "SITE.json",
      description = "Site calibration, applied to every SET but val and test.")
  private Path site;

  @Option(names = "--out", paramLabel = "FILE.json", description = "Write the measures there.")
  private Path out;

  @Option(names = "--json", description = "Print that JSON instead of a table.")
  private boolean json;

  @Override
  public Integer call() throws ProblemException {
    if (sets.isEmpty()) {
      sets = Arrays.stream(CellSet.values()).filter(set -> set != CellSet.VAL).toList();
    }
    List<CellSet> abroad = sets.stream().filter(s -> !isHome(s)).toList();
    if (site != null && abroad.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--site needs a SET that it was learnt from, not only val or test");
    }
    List<ReliabilityJson.Run> runs = new ArrayList<>();
    ObjectNode report;
    try (Models loaded = models.load()) {
      run(loaded, sets, runs);
      ModelManifest manifest = loaded.classifierPack().manifest();
      if (site != null) {
        try (Models calibrated = models.load(site)) {
          run(calibrated, abroad, runs);
        }
      }
      OptionalDouble coverage =
          manifest.predictionSets() == null
              ? OptionalDouble.empty()
              : OptionalDouble.of(manifest.predictionSets().coverage());
      report = ReliabilityJson.of(loaded.classifierPack().id(), coverage, runs);
    }
    write(report);
    PrintWriter standard = spec.commandLine().getOut();
    if (json) {
      standard.println(report.toPrettyString());
    } else {
      table(report, standard);
    }
    standard.flush();
    int failed = runs.stream().mapToInt(ReliabilityJson.Run::failed).sum();
    return ExitCode.of(runs.stream().mapToInt(r -> r.cells().size()).sum(), failed);
  }

  private static boolean isHome(CellSet set) {
    return set == CellSet.VAL || set == CellSet.TEST;
  }

  private void run(Models loaded, List<CellSet> which, List<ReliabilityJson.Run> runs)
      throws ProblemException {
    Path folder = EvaluateCommand.dataFolder(data);
    CellJudge judge = new CellJudge(loaded);
    String named = loaded.classifierPack().site().map(SiteCalibration::id).orElse("none");
    for (CellSet set : which) {
      PrintWriter err = spec.commandLine().getErr();
      ProgressBar bar = new ProgressBar(err, ProgressBar.onTerminal());
      CellJudge.Judged judged = judge.judge(set.cells(folder), set.umPerPx(), bar::update);
      judged.problems().forEach(p -> err.println(p.sentence()));
      runs.add(new ReliabilityJson.Run(set.id(), named, judged.cells(), judged.problems().size()));
    }
  }

  private void write(ObjectNode report) throws ProblemException {
    if (out == null) {
      return;
    }
    try {
      Files.writeString(out, report.toPrettyString() + "\n");
    } catch (IOException e) {
      throw new ProblemException(
          "output_unwritable",
          "the measures " + out + " can't be written (" + e + ")",
          "check the folder's permissions and the free space",
          e);
    }
  }

  private static void table(ObjectNode report, PrintWriter to) {
    to.printf(
        "%-12s %-6s %5s %8s %7s %6s %6s %9s %9s %7s %8s%n",
        "set",
        "site",
        "cells",
        "recall",
        "ece",
        "aurc",
        "sets",
        "set size",
        "unlike",
        "unknown",
        "counted");
    for (JsonNode set : report.get("sets")) {
      to.printf(
          "%-12s %-6s %5d %8s %7s %6s %6s %9s %9s %7s %8s%n",
          set.get("set").asText(),
          set.get("site_calibration").asText().equals("none") ? "none" : "yes",
          set.get("cells").asInt(),
          number(set.at("/mean_recall")),
          number(set.at("/ece")),
          number(set.at("/aurc")),
          number(set.at("/prediction_sets/coverage")),
          number(set.at("/prediction_sets/mean_size")),
          number(set.at("/unlike_home_auroc")),
          number(set.at("/status/unknown")),
          number(set.at("/status/counted")));
    }
    to.println(
        "sets: share whose prediction set holds the truth; unlike: how well unlikeness tells the set"
            + " from test (AUROC)");
  }

  private static String number(JsonNode value) {
    return value.isNumber() ? String.format(Locale.ROOT, "%.3f", value.asDouble()) : "-";
  }

  /** The id of a set. */
  static final class SetConverter implements ITypeConverter<CellSet> {
    @Override
    public CellSet convert(String word) {
      for (CellSet set : CellSet.values()) {
        if (set.id().equals(word)) {
          return set;
        }
      }
      throw new TypeConversionException(
          "'"
              + word
              + "' is none of "
              + Arrays.stream(CellSet.values()).map(CellSet::id).collect(Collectors.joining(", ")));
    }
  }
}
