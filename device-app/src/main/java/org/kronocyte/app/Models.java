package org.kronocyte.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.kronocyte.classify.CellClass;
import org.kronocyte.classify.Classifier;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.infer.Engine;
import org.kronocyte.model.Form;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.SiteCalibration;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.quality.WhiteBalance;
import org.kronocyte.segment.Segmenter;

/**
 * The pair of models a reader works with, loaded and ready. One thread uses them; close frees
 * native memory.
 *
 * @param segmenterPack what finds cells
 * @param classifierPack what names them
 */
public record Models(
    ModelPack segmenterPack,
    Engine segmenterEngine,
    ModelPack classifierPack,
    Engine classifierEngine)
    implements AutoCloseable {
  /**
   * Loads the segmentation and the classification pack of a folder for ONNX Runtime's int8 form.
   *
   * @see #load(Path, EngineChoice, int)
   */
  public static Models load(Path folder, int threads) throws ProblemException {
    return load(folder, EngineChoice.of(Form.ONNX), threads);
  }

  /**
   * Loads the segmentation and the classification pack of a folder: the selected ones, or the only
   * ones there are.
   *
   * @param folder holds one sub-folder a pack
   * @param threads for each inference
   */
  public static Models load(Path folder, EngineChoice choice, int threads) throws ProblemException {
    return load(folder, choice, threads, Optional.empty());
  }

  /**
   * The same with the classifier corrected for a site.
   *
   * @throws ProblemException also {@code site_not_for_model}
   */
  public static Models load(
      Path folder, EngineChoice choice, int threads, Optional<SiteCalibration> site)
      throws ProblemException {
    Selection selection = Selection.read(folder);
    ModelPack segmenter = selection.pack(ModelManifest.Kind.SEGMENTER);
    ModelPack factory = selection.pack(ModelManifest.Kind.CLASSIFIER);
    ModelPack classifier = site.isPresent() ? factory.at(site.get()) : factory;
    checkEncoding(segmenter);
    checkEncoding(classifier);
    Engine segmenterEngine = choice.open(segmenter, threads);
    try {
      return new Models(segmenter, segmenterEngine, classifier, choice.open(classifier, threads));
    } catch (ProblemException e) {
      segmenterEngine.close();
      throw e;
    }
  }

  /** The sub-folders that hold a manifest, sorted by name; none that is still being copied. */
  public static List<Path> packFolders(Path folder) throws ProblemException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(p -> !p.getFileName().toString().startsWith("."))
          .filter(p -> Files.exists(p.resolve("manifest.json")))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new ProblemException(
          "models_missing",
          "the model folder " + folder + " can't be read (" + e + ")",
          "name the folder that holds the packs with --models DIR",
          e);
    }
  }

  /**
   * A model must read what {@link WhiteBalance} makes; anything else would silently give wrong
   * answers.
   */
  static void checkEncoding(ModelPack pack) throws ProblemException {
    ModelManifest.Input input = pack.manifest().input();
    boolean fits =
        "optical_density".equals(input.encoding().type())
            && input.encoding().logBase() == 10
            && input.encoding().odMax() == OpticalDensity.MAX_OD
            && "channel_percentile".equals(input.whiteBalance().method())
            && input.whiteBalance().percentile() == WhiteBalance.BACKGROUND_PERCENT
            && "RGB".equals(input.colourOrder())
            && "NHWC".equals(input.layout())
            && "uint8".equals(input.dtype());
    if (!fits) {
      throw new ProblemException(
          "model_encoding_unsupported",
          pack.id() + " wants input " + input + ", which this program doesn't make",
          "use a pack made for this version of the program");
    }
  }

  /** A segmenter on these models. */
  public Segmenter segmenter() throws ProblemException {
    return new Segmenter(segmenterPack, segmenterEngine);
  }

  /** A classifier on these models. */
  public Classifier classifier() throws ProblemException {
    return new Classifier(classifierPack, classifierEngine);
  }

  /** The classes the classifier knows, in its order. */
  public List<CellClass> labels() {
    return classifierPack.manifest().labels().stream().map(CellClass::valueOf).toList();
  }

  @Override
  public void close() {
    segmenterEngine.close();
    classifierEngine.close();
  }
}
