package org.kronocyte.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.kronocyte.app.Analysis;
import org.kronocyte.app.CellFinder;
import org.kronocyte.app.FieldReader;
import org.kronocyte.app.Models;
import org.kronocyte.app.SegmenterKind;
import org.kronocyte.app.StageTimer;
import org.kronocyte.camera.ImagePaths;
import org.kronocyte.model.SiteCalibration;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.quality.QualityGate;
import org.kronocyte.slide.SlideSession;
import org.kronocyte.slide.Specimen;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kronocyte analyze}: fields on disk. */
@Command(
    name = "analyze",
    description = {
      "Finds, measures and names the white cells in stored fields and sums up a differential.",
      "A screening aid, never a diagnosis."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  kronocyte analyze --out results slide-7/",
      "  kronocyte analyze --um-per-px 0.1 --specimen marrow --masks --overlay --out results a.jpg b.png"
    })
final class AnalyzeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private InputPaths inputs;
  @Mixin private ModelOptions models;

  @Option(
      names = "--specimen",
      paramLabel = "marrow|blood",
      defaultValue = "blood",
      description = "What is on the slide; decides the denominator (default: ${DEFAULT-VALUE}).",
      converter = SpecimenConverter.class)
  private Specimen specimen;

  @Option(
      names = "--um-per-px",
      paramLabel = "X|auto",
      defaultValue = "auto",
      description =
          "Micrometres a pixel; auto estimates it from the red cells (default: ${DEFAULT-VALUE}).",
      converter = UmPerPx.Converter.class)
  private UmPerPx umPerPx;

  @Option(
      names = "--site",
      paramLabel = "SITE.json",
      description = "Site calibration that 'kronocyte calibrate' wrote; without it nothing adapts.")
  private Path site;

  @Option(
      names = "--segmenter",
      paramLabel = "network|classical",
      defaultValue = "network",
      description =
          "What finds cells: the model, or thresholds and watershed (default: ${DEFAULT-VALUE}).",
      converter = SegmenterKindConverter.class)
  private SegmenterKind segmenter;

  @Option(
      names = "--second-opinion",
      description =
          "Also segment by thresholds; second_opinion of each cell says whether they agree on it.")
  private boolean secondOpinion;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Write one JSON a field and summary.json there; without it, the summary goes to standard output.")
  private Path out;

  @Option(
      names = "--masks",
      description = "Also write a mask a field: 0 background, 1 cytoplasm, 2 nucleus.")
  private boolean masks;

  @Option(
      names = "--overlay",
      description = "Also write a picture a field with outlines and labels.")
  private boolean overlay;

  @Option(
      names = "--evidence",
      description =
          "Also say of each cell why: activation map, most similar labelled cells, morphology in words;"
              + " with --overlay also as a picture a field.")
  private boolean evidence;

  @Override
  public Integer call() throws ProblemException, InterruptedException {
    if (out == null && (masks || overlay || evidence)) {
      throw new ParameterException(
          spec.commandLine(), "--masks, --overlay and --evidence need --out DIR");
    }
    List<ImagePaths.Entry> entries = inputs.entries();
    try (Models loaded = models.load(site)) {
      FieldReader reader =
          new FieldReader(
              umPerPx.tracker(),
              new QualityGate(QualityGate.Limits.DEFAULT),
              loaded.with(new CellFinder.Choice(segmenter, secondOpinion)),
              StageTimer.NONE);
      if (evidence) {
        reader.explain();
      }
      SlideSession session =
          new SlideSession("analysis", specimen, Instant.now(), 0, loaded.classifier().labels());
      Analysis analysis =
          new Analysis(
              reader,
              session,
              new Analysis.Output(
                  Optional.ofNullable(out),
                  masks,
                  overlay,
                  evidence
                      ? OptionalDouble.of(loaded.classifier().cropUm())
                      : OptionalDouble.empty(),
                  loaded.classifierPack().site().map(SiteCalibration::id)));
      PrintWriter err = spec.commandLine().getErr();
      loaded
          .segmenterProblem()
          .ifPresent(
              p ->
                  err.println("cells are found by thresholds, without a network: " + p.sentence()));
      ProgressBar bar = new ProgressBar(err, ProgressBar.onTerminal());
      ObjectNode summary = analysis.run(entries, bar::update);
      PrintWriter standard = spec.commandLine().getOut();
      if (out == null) {
        standard.println(summary.toPrettyString());
      } else {
        DifferentialText.print(session.summary(), standard);
      }
      standard.flush();
      summary
          .get("errors")
          .forEach(
              e ->
                  err.println(
                      e.get("image").asText()
                          + ": "
                          + e.at("/error/message").asText()
                          + "; "
                          + e.at("/error/remedy").asText()));
      return ExitCode.of(analysis.read(), analysis.failed());
    }
  }
}
