package org.kronocyte.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import org.kronocyte.app.Models;
import org.kronocyte.app.SiteCells;
import org.kronocyte.camera.ImagePaths;
import org.kronocyte.classify.SiteCalibrator;
import org.kronocyte.image.Scale;
import org.kronocyte.model.SiteCalibration;
import org.kronocyte.problem.ProblemException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kronocyte calibrate}: a new site's stain and camera, from unlabelled images. */
@Command(
    name = "calibrate",
    description = {
      "Learns a site's stain and camera from unlabelled images of centred cells or fields.",
      "With --dry-run it says which guard would refuse it, here and for a daemon that learns by itself.",
      "The result is used with --site by classify and analyze; deleting it undoes it.",
      "Exit code 3: refused, because it could do harm; the reason is on standard error."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  kronocyte calibrate --um-per-px 0.2 --out site.json cells/",
      "  kronocyte classify --um-per-px 0.2 --site site.json cells/",
      "  kronocyte calibrate --um-per-px 0.2 --dry-run cells/"
    })
final class CalibrateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private InputPaths inputs;
  @Mixin private ModelOptions models;

  @Mixin private CentredImages images;

  @Option(
      names = "--out",
      paramLabel = "SITE.json",
      description = "Where to write the calibration.")
  private Path out;

  @Option(
      names = "--dry-run",
      description = "Write nothing; say what would be learnt, with a person's care and without.")
  private boolean dryRun;

  @Override
  public Integer call() throws ProblemException {
    if ((out == null) != dryRun) {
      throw new ParameterException(spec.commandLine(), "either --out SITE.json or --dry-run");
    }
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
      if (dryRun) {
        boolean learnt = tryOut(cells, "this command", SiteCalibrator.Care.ATTENDED);
        tryOut(cells, "a daemon by itself", SiteCalibrator.Care.UNATTENDED);
        return learnt ? ExitCode.of(entries.size() - failed, failed) : ExitCode.REFUSED;
      }
      try {
        SiteCalibration site = cells.learn(InstantSource.system(), out);
        spec.commandLine().getOut().println(summary(site));
      } catch (ProblemException e) {
        requireRefusal(e);
        err.println("refused: " + e.getMessage());
        return ExitCode.REFUSED;
      }
    }
    return ExitCode.of(entries.size() - failed, failed);
  }

  /** Whether it would be learnt. */
  private boolean tryOut(SiteCells cells, String who, SiteCalibrator.Care care)
      throws ProblemException {
    PrintWriter table = spec.commandLine().getOut();
    try {
      table.println(who + ": " + summary(cells.learn(InstantSource.system(), care)));
      return true;
    } catch (ProblemException e) {
      requireRefusal(e);
      table.println(who + ": refused, " + e.problem().code() + ": " + e.problem().message());
      return false;
    } finally {
      table.flush();
    }
  }

  private static void requireRefusal(ProblemException e) throws ProblemException {
    if (!e.problem().code().startsWith("site_")) {
      throw e;
    }
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
        + size
        + (site.layers().isEmpty() ? "; their stain is left as it is" : "");
  }
}
