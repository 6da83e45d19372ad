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
import org.kronocyte.problem.Problem;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.quality.WhiteBalance;
import org.kronocyte.segment.Segmenter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pair of models a reader works with, loaded and ready. One thread uses them; close frees
 * native memory.
 *
 * @param network what finds cells; empty if it doesn't load
 * @param segmenterProblem why it doesn't
 * @param classifierPack what names them
 * @param choice which of the segmenters finds cells
 */
public record Models(
    Optional<Network> network,
    Optional<Problem> segmenterProblem,
    ModelPack classifierPack,
    Engine classifierEngine,
    CellFinder.Choice choice)
    implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Models.class);

  /** A segmentation pack and what runs it. */
  public record Network(ModelPack pack, Engine engine) {}

  /**
   * Loads the segmentation and the classification pack of a folder for ONNX Runtime's int8 form.
   *
   * @see #load(Path, EngineChoice, int, Optional)
   */
  public static Models load(Path folder, int threads) throws ProblemException {
    return load(folder, EngineChoice.of(Form.ONNX), threads);
  }

  /** The same in another form, without a site's correction. */
  public static Models load(Path folder, EngineChoice engine, int threads) throws ProblemException {
    return load(folder, engine, threads, Optional.empty());
  }

  /**
   * Loads the segmentation and the classification pack of a folder: the selected ones, or the only
   * ones there are. A segmentation pack that is missing or damaged is logged and kept as {@link
   * #segmenterProblem}: cells can be found without it, but not named.
   *
   * @param folder holds one sub-folder a pack
   * @param threads for each inference
   * @param site correction of the classifier for a site
   * @throws ProblemException also {@code site_not_for_model}
   */
  public static Models load(
      Path folder, EngineChoice engine, int threads, Optional<SiteCalibration> site)
      throws ProblemException {
    Selection selection = Selection.read(folder);
    ModelPack factory = selection.pack(ModelManifest.Kind.CLASSIFIER);
    checkEncoding(factory);
    ModelPack classifier = site.isPresent() ? factory.at(site.get()) : factory;
    Engine classifierEngine = engine.open(classifier, threads);
    try {
      ModelPack segmenter = selection.pack(ModelManifest.Kind.SEGMENTER);
      checkEncoding(segmenter);
      Network network = new Network(segmenter, engine.open(segmenter, threads));
      return new Models(
          Optional.of(network),
          Optional.empty(),
          classifier,
          classifierEngine,
          CellFinder.Choice.STANDARD);
    } catch (ProblemException e) {
      LOG.warn(
          "cells are found by thresholds instead of a network, which is worse: {}",
          e.problem().sentence());
      return new Models(
          Optional.empty(),
          Optional.of(e.problem()),
          classifier,
          classifierEngine,
          CellFinder.Choice.STANDARD);
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

  /** The same models, closed once, with another choice of what finds cells. */
  public Models with(CellFinder.Choice other) {
    return new Models(network, segmenterProblem, classifierPack, classifierEngine, other);
  }

  /** What finds cells. */
  CellFinder finder() throws ProblemException {
    return CellFinder.of(segmenter(), choice);
  }

  /** A segmenter on these models; empty if the network doesn't load. */
  private Optional<Segmenter> segmenter() throws ProblemException {
    if (network.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new Segmenter(network.get().pack(), network.get().engine()));
  }

  /** A classifier on these models. */
  public Classifier classifier() throws ProblemException {
    return new Classifier(classifierPack, classifierEngine);
  }

  /** The packs that loaded, segmenter first. */
  public List<ModelPack> packs() {
    return Stream.concat(network.stream().map(Network::pack), Stream.of(classifierPack)).toList();
  }

  /** The classes the classifier knows, in its order. */
  public List<CellClass> labels() {
    return classifierPack.manifest().labels().stream().map(CellClass::valueOf).toList();
  }

  @Override
  public void close() {
    network.ifPresent(n -> n.engine().close());
    classifierEngine.close();
  }
}
