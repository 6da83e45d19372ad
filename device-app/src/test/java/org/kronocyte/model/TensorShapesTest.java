package org.kronocyte.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kronocyte.problem.ProblemException;

/** Manifests that would take memory, or end in another exception, long before a digest is read. */
class TensorShapesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static Stream<Consumer<ObjectNode>> inClassifiers() {
    return Stream.of(
        m -> shape(m, "/input").set(1, 9999).set(2, 9999),
        m -> shape(m, "/input").set(3, 4),
        m -> shape(m, "/input").set(0, 1),
        m -> shape(m, "/outputs/0").set(0, "M"),
        m -> shape(m, "/outputs/1").set(0, "M"),
        m -> shape(m, "/outputs/1").add(1),
        m -> embedding(m).set(1, "D"),
        m -> embedding(m).remove(1),
        m -> embedding(m).set(1, 1 << 30),
        m -> ((ArrayNode) m.get("outputs")).add(m.at("/outputs/1").deepCopy()),
        m -> shape(m, "/features").remove(3),
        m -> shape(m, "/features").set(1, "H/16"),
        m -> shape(m, "/features").set(2, 1 << 20),
        m -> shape(m, "/features").set(1, 512).set(2, 512));
  }

  private static Stream<Consumer<ObjectNode>> inSegmenters() {
    return Stream.of(
        m -> shape(m, "/input").set(1, 96).set(2, 96),
        m -> shape(m, "/outputs/0").set(1, "H"),
        m -> shape(m, "/outputs/0").set(3, 4),
        m -> shape(m, "/outputs/1").set(3, 2),
        m -> shape(m, "/outputs/1").remove(3),
        m -> ((ArrayNode) m.get("outputs")).add(m.at("/outputs/0").deepCopy()));
  }

  private static Stream<Consumer<ObjectNode>> inLayers() {
    return Stream.of(m -> addLayers(m, 256, 1), m -> addLayers(m, 4, 512));
  }

  /** All read the same bytes of the file. */
  private static void addLayers(ObjectNode manifest, int count, int side) {
    ArrayNode layers = (ArrayNode) manifest.get("layers");
    for (int i = 0; i < count; i++) {
      ObjectNode layer = layers.get(0).deepCopy();
      layer.put("name", "more-" + i);
      layer.putArray("shape").add(side).add(side).add(3).add(3);
      layers.add(layer);
    }
  }

  /** The embedding's shape, where nothing else in the manifest tells what it must be. */
  private static ArrayNode embedding(ObjectNode manifest) {
    manifest.remove(List.of("unlikeness", "exemplars"));
    return shape(manifest, "/outputs/1");
  }

  private static ArrayNode shape(ObjectNode manifest, String where) {
    return (ArrayNode) manifest.at(where).get("shape");
  }

  @ParameterizedTest
  @MethodSource("inClassifiers")
  void aClassifiersShapesAreChecked(Consumer<ObjectNode> mistake) throws Exception {
    corruptAfter(ModelManifest.Kind.CLASSIFIER, mistake);
  }

  @ParameterizedTest
  @MethodSource("inSegmenters")
  void aSegmentersShapesAreChecked(Consumer<ObjectNode> mistake) throws Exception {
    corruptAfter(ModelManifest.Kind.SEGMENTER, mistake);
  }

  @ParameterizedTest
  @MethodSource("inLayers")
  void weightsAreBounded(Consumer<ObjectNode> mistake) throws Exception {
    for (ModelManifest.Kind kind : ModelManifest.Kind.values()) {
      corruptAfter(kind, mistake);
    }
  }

  private static void corruptAfter(ModelManifest.Kind kind, Consumer<ObjectNode> mistake)
      throws IOException, ProblemException {
    Path pack = Packs.only(kind).folder();
    ObjectNode manifest = (ObjectNode) JSON.readTree(pack.resolve("manifest.json").toFile());
    ModelPack.manifest(pack, JSON.writeValueAsBytes(manifest)); // Sound before.
    mistake.accept(manifest);
    byte[] bytes = JSON.writeValueAsBytes(manifest);
    ProblemException e =
        assertThrows(ProblemException.class, () -> ModelPack.manifest(pack, bytes));
    assertEquals("model_corrupt", e.problem().code());
  }
}
