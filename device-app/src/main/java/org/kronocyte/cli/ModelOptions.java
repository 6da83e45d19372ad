package org.kronocyte.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kronocyte.app.EngineChoice;
import org.kronocyte.app.Models;
import org.kronocyte.config.DataConfig;
import org.kronocyte.image.Natives;
import org.kronocyte.model.Form;
import org.kronocyte.model.SiteCalibration;
import org.kronocyte.problem.ProblemException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which models to use and how to run them; shared by every command that reads cells. */
final class ModelOptions {
  @Option(
      names = "--models",
      paramLabel = "DIR",
      description = "Folder with the model packs (default: the ones that came with the program).")
  private Path folder;

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      defaultValue = "auto",
      description = {
        "What runs them: onnx, tflite, onnx-float, onnx-factored, or auto, the fastest that 'kronocyte model"
            + " measure' recorded in /var/lib/kronocyte (default: ${DEFAULT-VALUE})."
      },
      converter = EngineConverter.class)
  private EngineChoice engine;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads for one inference, 1 to 8 (default: ${DEFAULT-VALUE}).")
  private int threads;

  /** Loads the native library and both models. */
  Models load() throws ProblemException {
    return load(engine);
  }

  /** The models of another folder. */
  Models loadFrom(Path other) throws ProblemException {
    Natives.load();
    return Models.load(other, engine, threads());
  }

  /** The same models in another form. */
  Models load(EngineChoice choice) throws ProblemException {
    Natives.load();
    return Models.load(folder(), choice, threads());
  }

  /**
   * The same with a site's calibration.
   *
   * @param site what {@code kronocyte calibrate} wrote, or null for none
   */
  Models load(Path site) throws ProblemException {
    Natives.load();
    Optional<SiteCalibration> calibration =
        site == null ? Optional.empty() : Optional.of(SiteCalibration.read(site));
    return Models.load(folder(), engine, threads(), calibration);
  }

  Path folder() throws ProblemException {
    return folder == null ? Home.folder().resolve("models") : folder;
  }

  EngineChoice engine() {
    return engine;
  }

  int threads() {
    return Math.max(1, Math.min(8, threads));
  }

  /** These options again, for another process. */
  List<String> arguments() {
    List<String> out = new ArrayList<>();
    if (folder != null) {
      out.addAll(List.of("--models", folder.toString()));
    }
    out.addAll(List.of("--engine", engine.form().map(Form::code).orElse("auto")));
    out.addAll(List.of("--threads", Integer.toString(threads())));
    return out;
  }

  /** The word {@code auto} or the name of a form. */
  static final class EngineConverter implements ITypeConverter<EngineChoice> {
    @Override
    public EngineChoice convert(String word) {
      if (word.equals("auto")) {
        return EngineChoice.measured(DataConfig.DEFAULT_DIR);
      }
      return EngineChoice.of(
          Form.ofCode(word)
              .orElseThrow(
                  () ->
                      new TypeConversionException(
                          "'" + word + "' is none of auto, " + String.join(", ", Form.codes()))));
    }
  }
}
