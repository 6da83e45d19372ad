package org.kronocyte.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.kronocyte.app.Agreement;
import org.kronocyte.app.EngineChoice;
import org.kronocyte.app.Models;
import org.kronocyte.camera.ImagePaths;
import org.kronocyte.image.Scale;
import org.kronocyte.infer.Engine;
import org.kronocyte.problem.ProblemException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kronocyte model compare}: do two forms of the packs see the same? */
@Command(
    name = "compare",
    description = {
      "Reads images with two engines and says how far they agree: pixels of masks, or with --cells the most",
      "probable class of the cell in the middle of each image."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  kronocyte model compare --engine onnx --with tflite --at-least 99.5 fields/",
      "  kronocyte model compare --engine onnx --with tflite --cells --um-per-px 0.15 --at-least 99 cells/"
    })
final class ModelCompareCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private InputPaths inputs;
  @Mixin private ModelOptions models;

  @Option(
      names = "--with",
      paramLabel = "NAME",
      defaultValue = "tflite",
      description = "The engine to compare with that of --engine (default: ${DEFAULT-VALUE}).",
      converter = ModelOptions.EngineConverter.class)
  private EngineChoice other;

  @Option(names = "--cells", description = "The images show one centred cell each.")
  private boolean cells;

  @Option(
      names = "--um-per-px",
      paramLabel = "X|auto",
      defaultValue = "auto",
      description =
          "Micrometres a pixel; auto, not with --cells, estimates it from the red cells (default: ${DEFAULT-VALUE}).",
      converter = UmPerPx.Converter.class)
  private UmPerPx umPerPx;

  @Option(
      names = "--at-least",
      paramLabel = "PERCENT",
      defaultValue = "0",
      description = "Exit 1 if they agree on less (default: ${DEFAULT-VALUE}).")
  private double atLeastPercent;

  @Override
  public Integer call() throws ProblemException {
    if (cells && umPerPx.value().isEmpty()) {
      throw new ParameterException(spec.commandLine(), "--cells needs --um-per-px as a number");
    }
    List<Path> images = new ArrayList<>();
    for (ImagePaths.Entry entry : inputs.entries()) {
      if (entry.problem().isPresent()) {
        throw new ProblemException(entry.problem().get(), null);
      }
      images.add(entry.path());
    }
    try (Models one = models.load();
        Models two = models.load(other)) {
      Agreement agreement = new Agreement(one, two);
      Agreement.Result result =
          cells
              ? agreement.cells(images, Scale.configured(umPerPx.value().getAsDouble()))
              : agreement.fields(images, umPerPx::tracker);
      print(one, two, result);
      return 100 * result.share() >= atLeastPercent ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  private Engine engine(Models models) {
    return cells ? models.classifierEngine() : models.network().orElseThrow().engine();
  }

  private void print(Models one, Models two, Agreement.Result result) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%s against %s%n", engine(one).describe(), engine(two).describe());
    out.printf(
        Locale.ROOT,
        "%d images: %d of %d %s alike, %.4f %%%n",
        result.images(),
        result.alike(),
        result.items(),
        cells ? "cells" : "pixels of masks",
        100 * result.share());
    if (result.worstShare() < 1) {
      out.printf(Locale.ROOT, "least: %.4f %% in %s%n", 100 * result.worstShare(), result.worst());
    }
    out.flush();
  }
}
