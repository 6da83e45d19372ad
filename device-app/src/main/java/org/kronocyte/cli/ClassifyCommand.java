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
import org.kronocyte.image.Scale;
import org.kronocyte.problem.ProblemException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

  @Mixin private CentredImages images;

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
    Scale scale = images.scale();
    List<ImagePaths.Entry> entries = inputs.entries();
    try (Models loaded = models.load(site)) {
      if (out == null) {
        return run(entries, loaded, scale, spec.commandLine().getOut());
      }
      try (PrintWriter writer =
          new PrintWriter(Files.newBufferedWriter(out, StandardCharsets.UTF_8))) {
        int exit = run(entries, loaded, scale, writer);
        if (writer.checkError()) {
          throw unwritable("not all of it was written", null);
        }
        return exit;
      } catch (IOException e) {
        throw unwritable(e.toString(), e);
      }
    }
  }

  private ProblemException unwritable(String why, Throwable cause) {
    return new ProblemException(
        "output_unwritable",
        "the table " + out + " can't be written (" + why + ")",
        "check the folder's permissions and the free space",
        cause);
  }

  private int run(List<ImagePaths.Entry> entries, Models loaded, Scale scale, PrintWriter writer)
      throws ProblemException {
    CentredCells cells = new CentredCells(loaded);
    VerdictTable table = new VerdictTable(writer, loaded.labels());
    EvidenceFile explained = new EvidenceFile(loaded.classifierPack());
    if (evidence != null) {
      cells.explain();
    }
    int failed =
        images.each(
            entries,
            out != null,
            new CentredImages.Work() {
              @Override
              public void image(ImagePaths.Entry entry, Frame frame, int imagesToCome)
                  throws ProblemException {
                ClassifiedCell.Verdict verdict = cells.classify(frame, scale);
                table.verdict(entry.path(), verdict);
                explained.add(entry.path(), verdict);
              }

              @Override
              public void failed(ImagePaths.Entry entry) {
                table.error(entry.path());
              }
            });
    writer.flush();
    if (evidence != null) {
      explained.write(evidence);
    }
    return ExitCode.of(entries.size() - failed, failed);
  }
}
