package org.kronocyte.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.kronocyte.app.CentredCells;
import org.kronocyte.app.Models;
import org.kronocyte.camera.ImagePaths;
import org.kronocyte.classify.ClassifiedCell;
import org.kronocyte.image.Frame;
import org.kronocyte.image.ImageReader;
import org.kronocyte.image.Scale;
import org.kronocyte.problem.Problem;
import org.kronocyte.problem.ProblemException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kronocyte classify}: images of one centred cell. */
@Command(
    name = "classify",
    description = "Names the cell in the middle of each image and writes a CSV table.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  kronocyte classify --um-per-px 0.15 cells/",
      "  kronocyte classify --um-per-px 0.15 --out cells.csv @paths.txt"
    })
final class ClassifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private InputPaths inputs;
  @Mixin private ModelOptions models;

  @Option(
      names = "--um-per-px",
      required = true,
      paramLabel = "X",
      description = "Micrometres a pixel of the images.",
      converter = UmPerPx.Converter.class)
  private UmPerPx umPerPx;

  @Option(
      names = "--site",
      paramLabel = "SITE.json",
      description = "Site calibration that 'kronocyte calibrate' wrote; without it nothing adapts.")
  private Path site;

  @Option(
      names = "--out",
      paramLabel = "FILE.csv",
      description = "Write there, not to standard output.")
  private Path out;

  @Option(
      names = "--evidence",
      paramLabel = "FILE.json",
      description = {
        "Also write there what the table has no room for: reason, prediction set, unlikeness, activation map,",
        "most similar labelled cells, morphology in words."
      })
  private Path evidence;

  @Override
  public Integer call() throws ProblemException {
    if (umPerPx.value().isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "--um-per-px must be a number here: one cell shows no red cells to measure");
    }
    List<ImagePaths.Entry> entries = inputs.entries();
    try (Models loaded = models.load(site)) {
      if (out == null) {
        return run(entries, loaded, spec.commandLine().getOut());
      }
      try (PrintWriter writer =
          new PrintWriter(Files.newBufferedWriter(out, StandardCharsets.UTF_8))) {
        return run(entries, loaded, writer);
      } catch (IOException e) {
        throw new ProblemException(
            "output_unwritable",
            "the table " + out + " can't be written (" + e + ")",
            "check the folder's permissions and the free space",
            e);
      }
    }
  }

  private int run(List<ImagePaths.Entry> entries, Models loaded, PrintWriter writer)
      throws ProblemException {
    CentredCells cells = new CentredCells(loaded);
    VerdictTable table = new VerdictTable(writer, loaded.labels());
    Scale scale = Scale.configured(umPerPx.value().getAsDouble());
    ProgressBar bar =
        new ProgressBar(spec.commandLine().getErr(), out != null && ProgressBar.onTerminal());
    EvidenceFile explained = new EvidenceFile(loaded.classifierPack());
    if (evidence != null) {
      cells.explain();
    }
    int failed = 0;
    for (int i = 0; i < entries.size(); i++) {
      ImagePaths.Entry entry = entries.get(i);
      try {
        ClassifiedCell.Verdict verdict = classify(entry, cells, scale);
        table.verdict(entry.path(), verdict);
        explained.add(entry.path(), verdict);
      } catch (ProblemException e) {
        table.error(entry.path());
        spec.commandLine().getErr().println(entry.path() + ": " + e.getMessage());
        failed++;
      }
      bar.update(i + 1, entries.size());
    }
    writer.flush();
    if (evidence != null) {
      explained.write(evidence);
    }
    return ExitCode.of(entries.size() - failed, failed);
  }

  private static ClassifiedCell.Verdict classify(
      ImagePaths.Entry entry, CentredCells cells, Scale scale) throws ProblemException {
    if (entry.problem().isPresent()) {
      Problem problem = entry.problem().get();
      throw new ProblemException(problem, null);
    }
    try (Frame frame = ImageReader.read(entry.path())) {
      return cells.classify(frame, scale);
    }
  }
}
