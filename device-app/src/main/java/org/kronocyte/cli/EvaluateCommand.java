package org.kronocyte.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.kronocyte.app.CellFinder;
import org.kronocyte.app.EngineChoice;
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
import org.kronocyte.model.Form;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.quality.QualityGate;
import org.kronocyte.quality.ScaleTracker;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

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
      "  kronocyte evaluate --forms onnx,onnx-float,tflite       int8 against float",
      "  kronocyte evaluate --predictions results/ raabin        what analyze --masks --out results wrote"
    })
final class EvaluateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOptions models;

  @Parameters(
      arity = "0..*",
      paramLabel = "SET",
      description = "bccd, cellavision, jtsc, myeloma, raabin, all_fields (default: all of them).",
      converter = EvaluationChoices.SetConverter.class)
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
      converter = EvaluationChoices.EngineConverter.class)
  private EvaluationChoices.Engines engines = EvaluationChoices.Engines.USUAL;

  @Option(
      names = "--forms",
      paramLabel = "NAME,…",
      split = ",",
      description =
          "Judge the network in each of these forms instead (onnx, tflite, onnx-float), and how far masks agree.",
      converter = EvaluationChoices.FormConverter.class)
  private List<Form> forms = new ArrayList<>();

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
      description = "Write evaluation.json there, with every image, and summary.json without.")
  private Path out;

  @Option(names = "--json", description = "Print that JSON instead of tables.")
  private boolean json;

  @Override
  public Integer call() throws ProblemException {
    if (sets.isEmpty()) {
      sets = List.of(TruthSet.values());
    }
    if (predictions == null && engines == EvaluationChoices.Engines.NONE) {
      throw new ParameterException(spec.commandLine(), "--segmenter none needs --predictions DIR");
    }
    if (predictions != null && sets.size() != 1) {
      throw new ParameterException(spec.commandLine(), "--predictions needs exactly one SET");
    }
    List<SetScore> scores = new ArrayList<>();
    Evaluation evaluation = new Evaluation(dataFolder(data), !all);
    List<Models> loaded = new ArrayList<>();
    Optional<String> segmenter;
    try {
      if (forms.isEmpty()) {
        loaded.add(models.load());
      }
      for (Form form : forms) {
        loaded.add(models.load(EngineChoice.of(form)));
      }
      segmenter = loaded.get(0).network().map(n -> n.pack().manifest().expandedSha256());
      for (TruthSet set : sets) {
        ProgressBar bar = new ProgressBar(spec.commandLine().getErr(), ProgressBar.onTerminal());
        scores.addAll(evaluation.run(set, contestants(set, loaded), bar::update));
      }
    } finally {
      loaded.forEach(Models::close);
    }
    return report(scores, segmenter);
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

  /**
   * @param loaded one a form, or the only one
   */
  private List<Contestant> contestants(TruthSet set, List<Models> loaded) throws ProblemException {
    List<Contestant> out = new ArrayList<>();
    if (predictions != null) {
      out.add(FolderContestant.of(predictions));
    }
    for (int i = 0; i < forms.size(); i++) {
      out.add(contestant(forms.get(i).code(), set, loaded.get(i), SegmenterKind.NETWORK));
    }
    if (forms.isEmpty()) {
      for (SegmenterKind kind : engines.kinds(predictions != null)) {
        out.add(contestant(kind.name().toLowerCase(Locale.ROOT), set, loaded.get(0), kind));
      }
    }
    return out;
  }

  private Contestant contestant(String name, TruthSet set, Models loaded, SegmenterKind kind)
      throws ProblemException {
    if (kind == SegmenterKind.NETWORK && loaded.segmenterProblem().isPresent()) {
      throw new ProblemException(loaded.segmenterProblem().get(), null);
    }
    ScaleTracker scales =
        umPerPx == null ? ScaleTracker.configured(set.umPerPx()) : umPerPx.tracker();
    FieldReader reader =
        new FieldReader(
            scales,
            new QualityGate(QualityGate.Limits.DEFAULT),
            loaded.with(new CellFinder.Choice(kind, false)),
            StageTimer.NONE);
    return new FieldContestant(name, reader);
  }

  private int report(List<SetScore> scores, Optional<String> segmenter) throws ProblemException {
    ObjectNode result = EvaluationJson.of(scores, segmenter);
    PrintWriter standard = spec.commandLine().getOut();
    if (json) {
      standard.println(result.toPrettyString());
    } else {
      EvaluationTable.print(scores, standard);
    }
    standard.flush();
    if (out != null) {
      write(out.resolve("evaluation.json"), result);
      write(out.resolve("summary.json"), EvaluationJson.withoutImages(result));
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
}
