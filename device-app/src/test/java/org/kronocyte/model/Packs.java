package org.kronocyte.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.kronocyte.problem.ProblemException;

/** The packs in the repository; their numbers may change, their format doesn't. */
public final class Packs {
  public static final Path FOLDER = Path.of("../models-quantized/packs");

  private Packs() {}

  /** Folders of all packs, sorted. */
  public static List<Path> folders() {
    try (Stream<Path> entries = Files.list(FOLDER)) {
      return entries.filter(p -> Files.exists(p.resolve("manifest.json"))).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The one pack of a kind. */
  public static ModelPack only(ModelManifest.Kind kind) throws ProblemException {
    for (Path folder : folders()) {
      ModelPack pack = ModelPack.load(folder);
      if (pack.manifest().kind() == kind) {
        return pack;
      }
    }
    throw new IllegalStateException("no pack is a " + kind);
  }

  /** A manifest with other golden cells. */
  public static ModelManifest withGolden(ModelManifest m, GoldenCells golden) {
    return new ModelManifest(
        m.schema(),
        m.name(),
        m.kind(),
        m.version(),
        m.created(),
        m.license(),
        m.input(),
        m.outputs(),
        m.labels(),
        m.temperature(),
        m.tile(),
        m.surroundings(),
        m.features(),
        m.predictionSets(),
        m.unlikeness(),
        m.exemplars(),
        m.files(),
        m.layers(),
        m.expandedSha256(),
        m.tflite(),
        golden,
        m.training(),
        m.metrics());
  }
}
