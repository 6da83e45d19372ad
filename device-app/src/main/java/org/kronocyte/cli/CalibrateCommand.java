package org.kronocyte.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import org.kronocyte.app.Models;
import org.kronocyte.app.SiteCells;
import org.kronocyte.camera.ImagePaths;
import org.kronocyte.image.Scale;
import org.kronocyte.model.SiteCalibration;
import org.kronocyte.problem.ProblemException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kronocyte calibrate}: a new site's stain and camera, from unlabelled images. */
@Command(
    name = "calibrate",
    description = {
      "Learns a site's stain and camera from unlabelled images of centred cells or fields.",
      "The result is used with --site by classify and analyze; deleting it undoes it.",
      "Exit code 3: refused, because it could do harm; the reason is on standard error."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  kronocyte calibrate --um-per-px 0.2 --out site.json cells/",
      "  kronocyte classify --um-per-px 0.2 --site site.json cells/"
    })
final class CalibrateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private InputPaths inputs;
  @Mixin private ModelOptions models;

  @Mixin private CentredImages images;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "SITE.json",
      description = "Where to write the calibration.")
  private Path out;

  @Override
  public Integer call() throws ProblemException {
    Scale scale = images.scale();
    List<ImagePaths.Entry> entries = SiteCells.shuffled(inputs.entries());
    PrintWriter err = spec.commandLine().getErr();
    int failed;
    try (Models loaded = models.load()) {
      SiteCells cells = new SiteCells(loaded, scale);
      failed = images.each(entries, true, (entry, frame, toCome) -> cells.add(frame, toCome));
      if (failed == entries.size()) {
        return ExitCode.of(0, failed);
      }
      try {
        SiteCalibration site = cells.learn(InstantSource.system(), out);
        spec.commandLine().getOut().println(summary(site));
      } catch (ProblemException e) {
        if (!e.problem().code().startsWith("site_")) {
          throw e;
        }
        err.println("refused: " + e.getMessage());
        return ExitCode.REFUSED;
      }
    }
    return ExitCode.of(entries.size() - failed, failed);
  }

  private static String summary(SiteCalibration site) {
    String size =
        site.size() == null
            ? ""
            : String.format(
                "; %d neutrophils of %.1f um: cells are magnified by %.2f",
                site.size().cells(), site.size().diameterUm(), site.size().zoom());
    return String.format(
            "calibrated on %d cells of %d images; mean probability of the best class %.3f, before"
                + " %.3f",
            site.cells(), site.images(), site.confidenceAfter(), site.confidenceBefore())
        + size;
  }
}
