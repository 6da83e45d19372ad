package org.kronocyte.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.kronocyte.app.CellFinder;
import org.kronocyte.app.FieldContestant;
import org.kronocyte.app.FieldReader;
import org.kronocyte.app.Models;
import org.kronocyte.app.SegmenterKind;
import org.kronocyte.app.StageTimer;
import org.kronocyte.evaluate.Contestant;
import org.kronocyte.evaluate.Evaluation;
import org.kronocyte.evaluate.EvaluationJson;
import org.kronocyte.evaluate.FolderContestant;
import org.kronocyte.evaluate.SetScore;
import org.kronocyte.evaluate.TruthSet;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.quality.QualityGate;
import org.kronocyte.quality.ScaleTracker;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code kronocyte evaluate}: segmentation against what people drew. */
@Command(
    name = "evaluate",
    description = {
      "Judges segmentation on public images with hand-made truth: Dice, boundary F, AJI, PQ, detection F1, counts.",
      "Runs the program itself, or takes the masks that 'analyze --masks --out' or a training script wrote."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  kronocyte evaluate                                      every set, with the shipped models",
      "  kronocyte evaluate --json --out numbers bccd myeloma",
      "  kronocyte evaluate --predictions results/ raabin        what analyze --masks --out results wrote"
    })
final class EvaluateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOptions models;

  @Parameters(
      arity = "0..*",
      paramLabel = "SET",
      description = "bccd, cellavision, jtsc, myeloma, raabin (default: all of them).",
      converter = SetConverter.class)
  private List<TruthSet> sets = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Folder with masks/ and fields/ (default: KRONOCYTE_DATA, else ../shared/data).")
  private Path data;

  @Option(
      names = "--predictions",
      paramLabel = "DIR",
      description = "Judge these <stem>.mask.png and <stem>.json instead; needs exactly one SET.")
  private Path predictions;

  @Option(
      names = "--segmenter",
      paramLabel = "network|classical|both|none",
      description = {
        "Which of the program's own engines to judge; the classical one is the baseline",
        "(default: both, with --predictions classical)."
      },
      converter = EngineConverter.class)
  private Engines engines = Engines.USUAL;

  @Option(
      names = "--um-per-px",
      paramLabel = "X|auto",
      description =
          "Scale to read the images at; auto estimates it as analyze does (default: the set's own).",
      converter = UmPerPx.Converter.class)
  private UmPerPx umPerPx;

  @Option(
      names = "--all",
      description =
          "Also judge images that the shipped models were trained on (bccd: four fifths).")
  private boolean all;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Write evaluation.json there, with every image.")
  private Path out;

  @Option(names = "--json", description = "Print that JSON instead of tables.")
  private boolean json;

  @Override
  public Integer call() throws ProblemException {
    if (sets.isEmpty()) {
      sets = List.of(TruthSet.values());
    }
    if (predictions == null && engines == Engines.NONE) {
      throw new ParameterException(spec.commandLine(), "--segmenter none needs --predictions DIR");
    }
    if (predictions != null && sets.size() != 1) {
      throw new ParameterException(spec.commandLine(), "--predictions needs exactly one SET");
    }
    List<SetScore> scores = new ArrayList<>();
    Evaluation evaluation = new Evaluation(dataFolder(data), !all);
    try (Models loaded = models.load()) {
      for (TruthSet set : sets) {
        ProgressBar bar = new ProgressBar(spec.commandLine().getErr(), ProgressBar.onTerminal());
        scores.addAll(evaluation.run(set, contestants(set, loaded), bar::update));
      }
    }
    return report(scores);
  }

  /**
   * The folder of the public sets.
   *
   * @param data what was asked for, or null
   */
  static Path dataFolder(Path data) {
    if (data != null) {
      return data;
    }
    String named = System.getenv("KRONOCYTE_DATA");
    return Path.of(named == null ? "../shared/data" : named);
  }

  private List<Contestant> contestants(TruthSet set, Models loaded) throws ProblemException {
    List<Contestant> out = new ArrayList<>();
    if (predictions != null) {
      out.add(FolderContestant.of(predictions));
    }
    for (SegmenterKind kind : engines.kinds(predictions != null)) {
      ScaleTracker scales =
          umPerPx == null ? ScaleTracker.configured(set.umPerPx()) : umPerPx.tracker();
      FieldReader reader =
          new FieldReader(
              scales,
              new QualityGate(QualityGate.Limits.DEFAULT),
              loaded.with(new CellFinder.Choice(kind, false)),
              StageTimer.NONE);
      out.add(new FieldContestant(kind.name().toLowerCase(Locale.ROOT), reader));
    }
    return out;
  }

  private int report(List<SetScore> scores) throws ProblemException {
    ObjectNode result = EvaluationJson.of(scores);
    PrintWriter standard = spec.commandLine().getOut();
    if (json) {
      standard.println(result.toPrettyString());
    } else {
      EvaluationTable.print(scores, standard);
    }
    standard.flush();
    if (out != null) {
      write(out.resolve("evaluation.json"), result);
    }
    int failed = 0;
    for (SetScore score : scores) {
      failed += score.failures().size();
      for (SetScore.Failure failure : score.failures()) {
        spec.commandLine()
            .getErr()
            .println(
                score.set().id()
                    + " "
                    + failure.image()
                    + ": "
                    + failure.problem().message()
                    + "; "
                    + failure.problem().remedy());
      }
    }
    return ExitCode.of(scores.stream().mapToInt(s -> s.images().size()).sum(), failed);
  }

  private static void write(Path file, ObjectNode json) throws ProblemException {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, json.toPrettyString() + "\n");
    } catch (IOException e) {
      throw new ProblemException(
          "output_unwritable",
          "the result " + file + " can't be written (" + e + ")",
          "check the folder's permissions and the free space",
          e);
    }
  }

  /** Parses the name of a set. */
  static final class SetConverter implements ITypeConverter<TruthSet> {
    @Override
    public TruthSet convert(String text) {
      return TruthSet.named(text)
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'" + text + "' is none of bccd, cellavision, jtsc, myeloma, raabin"));
    }
  }

  /** Which of the program's own engines take part. */
  enum Engines {
    USUAL,
    NETWORK,
    CLASSICAL,
    BOTH,
    NONE;

    List<SegmenterKind> kinds(boolean besidePredictions) {
      return switch (this) {
        case NETWORK -> List.of(SegmenterKind.NETWORK);
        case CLASSICAL -> List.of(SegmenterKind.CLASSICAL);
        case BOTH -> List.of(SegmenterKind.values());
        case NONE -> List.of();
        case USUAL -> (besidePredictions ? CLASSICAL : BOTH).kinds(false);
      };
    }
  }

  /** Parses {@code --segmenter}. */
  static final class EngineConverter implements ITypeConverter<Engines> {
    @Override
    public Engines convert(String text) {
      for (Engines engines : Engines.values()) {
        if (engines != Engines.USUAL && engines.name().toLowerCase(Locale.ROOT).equals(text)) {
          return engines;
        }
      }
      throw new TypeConversionException("'" + text + "' is none of network, classical, both, none");
    }
  }
}
