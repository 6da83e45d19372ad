package org.kronocyte.cli;

import java.io.PrintWriter;
import java.util.List;
import org.kronocyte.camera.ImagePaths;
import org.kronocyte.image.Frame;
import org.kronocyte.image.ImageReader;
import org.kronocyte.image.Scale;
import org.kronocyte.problem.ProblemException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Images of known scale, read one after another; what can't be read is said, the rest go on. */
final class CentredImages {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--um-per-px",
      required = true,
      paramLabel = "X",
      description = "Micrometres a pixel of the images.",
      converter = UmPerPx.Converter.class)
  private UmPerPx umPerPx;

  /** What is done with each image. */
  interface Work {
    /**
     * Takes one image; the frame stays the caller's.
     *
     * @param imagesToCome after this one
     */
    void image(ImagePaths.Entry entry, Frame frame, int imagesToCome) throws ProblemException;

    /** An image couldn't be read; it has been said. */
    default void failed(ImagePaths.Entry entry) {}
  }

  /**
   * The images' scale.
   *
   * @throws ParameterException for {@code auto}: one cell shows no red cells to measure
   */
  Scale scale() {
    if (umPerPx.value().isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "--um-per-px must be a number here: one cell shows no red cells to measure");
    }
    return Scale.configured(umPerPx.value().getAsDouble());
  }

  /**
   * Reads all images in their order.
   *
   * @param bar whether to show progress
   * @return how many failed
   */
  int each(List<ImagePaths.Entry> entries, boolean bar, Work work) {
    PrintWriter err = spec.commandLine().getErr();
    ProgressBar progress = new ProgressBar(err, bar && ProgressBar.onTerminal());
    int failed = 0;
    for (int i = 0; i < entries.size(); i++) {
      ImagePaths.Entry entry = entries.get(i);
      try {
        if (entry.problem().isPresent()) {
          throw new ProblemException(entry.problem().get(), null);
        }
        try (Frame frame = ImageReader.read(entry.path())) {
          work.image(entry, frame, entries.size() - i - 1);
        }
      } catch (ProblemException e) {
        work.failed(entry);
        err.println(entry.path() + ": " + e.getMessage());
        failed++;
      }
      progress.update(i + 1, entries.size());
    }
    return failed;
  }
}
