package org.kronocyte.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kronocyte.problem.ProblemException;

class ModelPackTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> FILES =
      List.of("manifest.json", "graph.onnx", "graph.tflite", "graph-float.onnx", "weights.bin");

  @TempDir Path folder;

  private static Stream<Path> packs() {
    return Packs.folders().stream();
  }

  @ParameterizedTest
  @MethodSource("packs")
  void shippedPackExpandsToItsDigest(Path pack) throws Exception {
    ModelPack model = ModelPack.load(pack);
    assertEquals(model.manifest().layers().size(), model.weights().size());
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    model.weights().forEach(layer -> layer.digestInto(digest));
    assertEquals(model.manifest().expandedSha256(), HexFormat.of().formatHex(digest.digest()));
    assertEquals(64, model.weightsSha256().length());
    assertTrue(model.id().startsWith(pack.getFileName() + " "), model.id());
  }

  /** Any single bit, anywhere in a pack, is noticed; a bit in blank space only changes nothing. */
  @ParameterizedTest
  @MethodSource("packs")
  void flippedBitsNeverPass(Path pack) throws Exception {
    SplittableRandom random = new SplittableRandom(6);
    for (String name : FILES) {
      copy(pack);
      byte[] whole = Files.readAllBytes(pack.resolve(name));
      for (int i = 0; i < 25; i++) {
        byte[] bytes = whole.clone();
        int at = random.nextInt(bytes.length);
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        Files.write(folder.resolve(name), bytes);
        if (name.equals("manifest.json")) {
          neverAnotherException();
        } else {
          assertEquals("model_corrupt", problemCode(), name + " at byte " + at);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("packs")
  void cutFilesNeverPass(Path pack) throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    for (String name : FILES) {
      copy(pack);
      byte[] whole = Files.readAllBytes(pack.resolve(name));
      for (int i = 0; i < 12; i++) {
        int length = i == 0 ? 0 : random.nextInt(whole.length - 2);
        Files.write(folder.resolve(name), Arrays.copyOf(whole, length));
        assertEquals("model_corrupt", problemCode(), name + " cut to " + length);
      }
    }
  }

  /** What embeddings are compared with is as protected as the weights. */
  @Test
  void aDamagedReferenceIsRefused() throws Exception {
    Path pack = Packs.only(ModelManifest.Kind.CLASSIFIER).folder();
    copy(pack);
    byte[] whole = Files.readAllBytes(pack.resolve("reference.bin"));
    byte[] bytes = whole.clone();
    bytes[bytes.length / 2] ^= 1;
    Files.write(folder.resolve("reference.bin"), bytes);
    assertEquals("model_corrupt", problemCode());
    Files.write(folder.resolve("reference.bin"), Arrays.copyOf(whole, whole.length - 1));
    assertEquals("model_corrupt", problemCode());
    Files.delete(folder.resolve("reference.bin"));
    assertEquals("model_missing", problemCode());
  }

  /** Each makes a classifier's fields for prediction sets, unlikeness or exemplars not fit. */
  private static Stream<Consumer<ObjectNode>> reliabilityMistakes() {
    return Stream.of(
        m -> m.withObject("/prediction_sets").put("coverage", 1),
        m -> m.withObject("/prediction_sets").putArray("thresholds").add(0.5),
        m -> ((ArrayNode) m.at("/prediction_sets/thresholds")).set(0, 1.5),
        m -> m.withObject("/unlikeness").remove("basis"),
        m -> m.withObject("/unlikeness").put("relative_residual_scale", 0),
        m -> m.withObject("/unlikeness").remove("relative_residual_scale"),
        m -> m.withObject("/unlikeness/mean").put("offset", 1 << 20),
        m -> m.withObject("/unlikeness/mean").putArray("shape").add(3),
        m -> m.withObject("/unlikeness/mean").put("dtype", "bfloat16"),
        m -> m.withObject("/exemplars").putArray("cells"),
        m -> ((ObjectNode) m.at("/exemplars/cells/0")).remove("image"),
        m -> ((ArrayNode) m.at("/exemplars/cells")).remove(0),
        m -> m.withObject("/exemplars/vectors").put("offset", -4),
        m -> ((ArrayNode) m.get("outputs")).remove(1));
  }

  @ParameterizedTest
  @MethodSource("reliabilityMistakes")
  void whatDoesNotFitTheEmbeddingIsRefused(Consumer<ObjectNode> mistake) throws Exception {
    Path pack = Packs.only(ModelManifest.Kind.CLASSIFIER).folder();
    copy(pack);
    ObjectNode manifest = (ObjectNode) JSON.readTree(pack.resolve("manifest.json").toFile());
    mistake.accept(manifest);
    Files.write(folder.resolve("manifest.json"), JSON.writeValueAsBytes(manifest));
    assertEquals("model_corrupt", problemCode());
  }

  /** Copying it again would not help. */
  @Test
  void aPackForAnOlderProgramIsSaidToBeThat() throws Exception {
    copy(Packs.only(ModelManifest.Kind.CLASSIFIER).folder());
    Path file = folder.resolve("manifest.json");
    Files.writeString(
        file, Files.readString(file).replace("relative_residual_scale", "residual_scale"));
    ProblemException refused = assertThrows(ProblemException.class, () -> ModelPack.load(folder));
    assertEquals("model_corrupt", refused.problem().code());
    assertTrue(refused.getMessage().contains("for older programs"), refused.getMessage());
  }

  @Test
  void missingFilesAreSaidToBeMissing() throws Exception {
    for (String name : FILES) {
      copy(Packs.folders().get(0));
      Files.delete(folder.resolve(name));
      assertEquals("model_missing", problemCode(), name);
    }
  }

  @Test
  void aHugeFileIsRefused() throws Exception {
    copy(Packs.folders().get(0));
    Files.write(folder.resolve("weights.bin"), new byte[(16 << 20) + 1]);
    assertEquals("model_corrupt", problemCode());
  }

  /** What can go wrong in a file that is still JSON. */
  private static Stream<Consumer<ObjectNode>> mistakes() {
    return Stream.of(
        m -> m.put("schema", "kronocyte/model/2"),
        m -> m.remove("schema"),
        m -> m.put("unknown", 1),
        m -> m.put("kind", "detector"),
        m -> m.put("kind", 0),
        m -> m.remove("kind"),
        m -> m.putNull("name"),
        m -> m.remove("version"),
        m -> m.remove("input"),
        m -> m.put("input", "image"),
        m -> input(m).remove("encoding"),
        m -> input(m).remove("white_balance"),
        m -> input(m).putNull("shape"),
        m -> input(m).putArray("shape"),
        m -> input(m).putArray("shape").addNull(),
        m -> input(m).remove("name"),
        m -> input(m).put("um_per_px", 0),
        m -> input(m).put("um_per_px", "wide"),
        m -> input(m).put("um_per_px", -0.25),
        m -> input(m).remove("um_per_px"),
        m -> m.putArray("outputs"),
        m -> m.putArray("outputs").addNull(),
        m -> m.putNull("outputs"),
        m -> output(m).putNull("name"),
        m -> output(m).put("scale", 0),
        m -> output(m).remove("scale"),
        m -> output(m).putNull("shape"),
        m -> output(m).put("zero_point", 1.5),
        m -> m.remove("files"),
        m -> m.putObject("files"),
        m -> m.withObject("/files").putNull("graph.onnx"),
        m -> m.withObject("/files/weights.bin").putNull("sha256"),
        m -> m.withObject("/files/weights.bin").put("bytes", -1),
        m -> m.remove("layers"),
        m -> m.putArray("layers"),
        m -> ((ArrayNode) m.get("layers")).addNull(),
        m -> ((ArrayNode) m.get("layers")).add(layer(m).deepCopy()),
        m -> m.put("layers", 3),
        m -> layer(m).remove("name"),
        m -> layer(m).remove("kind"),
        m -> layer(m).put("kind", "sparse"),
        m -> layer(m).putNull("shape"),
        m -> layer(m).putArray("shape"),
        m -> layer(m).putArray("shape").add(4),
        m -> layer(m).putArray("shape").add(0).add(3).add(4).add(4),
        m -> layer(m).putArray("shape").add(-32).add(3).add(4).add(4),
        m -> layer(m).putArray("shape").add(65_536).add(65_536).add(65_536).add(65_536),
        m -> layer(m).putArray("shape").add(1 << 30).add(1 << 30).add(1 << 30).add(1 << 30),
        m -> layer(m).putArray("shape").add(4_000_000_000L).add(1).add(1).add(1),
        m -> layer(m).remove("input_scale"),
        m -> layer(m).put("input_scale", 0),
        m -> layer(m).put("input_scale", "NaN"),
        m -> layer(m).remove("bias"),
        m -> layer(m).putNull("weight"),
        m -> layer(m).putNull("weight_scale"),
        m -> layer(m).withObject("/weight").putNull("shape"),
        m -> layer(m).withObject("/weight").putArray("shape"),
        m -> layer(m).withObject("/weight").remove("offset"),
        m -> layer(m).withObject("/weight").put("offset", -4),
        m -> layer(m).withObject("/weight").put("offset", Integer.MAX_VALUE),
        m -> layer(m).withObject("/weight").put("offset", 1L << 40),
        m -> layer(m).withObject("/weight_scale").put("offset", 1),
        m -> m.remove("golden"),
        m -> m.withObject("/golden").put("drawing", 2),
        m -> m.withObject("/golden").put("side_px", 1 << 20),
        m -> m.withObject("/golden").put("tolerance", 255),
        m -> m.withObject("/golden").remove("int8"),
        m -> m.withObject("/golden").put("float", "*"),
        m -> m.remove("tflite"),
        m -> place(m).put("weight", 1 << 30),
        m -> place(m).put("bias", -4),
        m -> place(m).put("weight_scale", 5),
        m -> place(m).remove("shuffle"),
        m -> m.put("expanded_sha256", "0".repeat(64)),
        m -> m.putNull("expanded_sha256"));
  }

  private static ObjectNode input(ObjectNode manifest) {
    return manifest.withObject("/input");
  }

  private static ObjectNode output(ObjectNode manifest) {
    return (ObjectNode) manifest.at("/outputs/0");
  }

  private static ObjectNode tile(ObjectNode manifest) {
    return manifest.withObject("/tile");
  }

  private static ObjectNode place(ObjectNode manifest) {
    return (ObjectNode) manifest.at("/tflite/0");
  }

  /** The first layer, which is dense in both packs. */
  private static ObjectNode layer(ObjectNode manifest) {
    return (ObjectNode) manifest.at("/layers/0");
  }

  /** The first layer made of factors. */
  private static ObjectNode factors(ObjectNode manifest) {
    for (JsonNode layer : manifest.get("layers")) {
      if (layer.path("kind").asText().equals("kronecker")) {
        return (ObjectNode) layer;
      }
    }
    throw new IllegalStateException("no layer has factors");
  }

  private static Stream<Consumer<ObjectNode>> factorMistakes() {
    return Stream.of(
        m -> m.remove("labels"),
        m -> m.putArray("labels"),
        m -> m.putArray("labels").addNull(),
        m -> m.putArray("labels").add("LYT").add("LYT"),
        m -> ((ArrayNode) m.get("labels")).remove(0),
        m -> m.put("temperature", 0),
        m -> m.put("temperature", -1),
        m -> m.put("temperature", "warm"),
        m -> input(m).putArray("shape").add("N").add("H").add("W").add(3),
        m -> input(m).putArray("shape").add("N").add(96),
        m -> input(m).putArray("shape").add("N").add(96).add(64).add(3),
        m -> factors(m).remove("a"),
        m -> factors(m).remove("b_scale"),
        m -> factors(m).set("a", factors(m).get("b")),
        m -> factors(m).withObject("/a").putNull("shape"),
        m -> factors(m).withObject("/b").putArray("shape").add(1).add(2),
        m -> factors(m).withObject("/a").putArray("shape").add(-8).add(-16).add(8),
        m -> factors(m).withObject("/a").putArray("shape").add(0).add(0).add(0),
        m -> factors(m).withObject("/a").put("offset", 1 << 24),
        m -> factors(m).withObject("/gain").putArray("shape").add(3),
        m -> factors(m).withObject("/gain").put("offset", 1));
  }

  private static Stream<Consumer<ObjectNode>> tileMistakes() {
    return Stream.of(
        m -> m.remove("tile"),
        m -> tile(m).remove("max_px"),
        m -> tile(m).put("max_px", 0),
        m -> tile(m).put("max_px", 1 << 20),
        m -> tile(m).put("max_px", 500),
        m -> tile(m).put("multiple_px", 0),
        m -> tile(m).put("multiple_px", -16),
        m -> tile(m).put("multiple_px", 15),
        m -> tile(m).put("overlap_px", -2),
        m -> tile(m).put("overlap_px", 512),
        m -> output(m).put("name", "logits"),
        m -> output(m).put("stride", 4),
        m -> output(m).remove("stride"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistakeIsCalledCorrupt(Consumer<ObjectNode> mistake) throws Exception {
    for (Path pack : Packs.folders()) {
      corruptAfter(pack, mistake);
    }
  }

  @ParameterizedTest
  @MethodSource("factorMistakes")
  void mistakeInAClassifierIsCalledCorrupt(Consumer<ObjectNode> mistake) throws Exception {
    corruptAfter(Packs.only(ModelManifest.Kind.CLASSIFIER).folder(), mistake);
  }

  @ParameterizedTest
  @MethodSource("tileMistakes")
  void mistakeInASegmenterIsCalledCorrupt(Consumer<ObjectNode> mistake) throws Exception {
    corruptAfter(Packs.only(ModelManifest.Kind.SEGMENTER).folder(), mistake);
  }

  private void corruptAfter(Path pack, Consumer<ObjectNode> mistake) throws IOException {
    copy(pack);
    ObjectNode manifest = (ObjectNode) JSON.readTree(pack.resolve("manifest.json").toFile());
    JsonNode before = manifest.deepCopy();
    mistake.accept(manifest);
    assertFalse(before.equals(manifest), "the mistake changed nothing");
    JSON.writeValue(folder.resolve("manifest.json").toFile(), manifest);
    assertEquals("model_corrupt", problemCode());
  }

  /** Every node of a manifest in turn removed, nulled, or turned into something else. */
  @ParameterizedTest
  @MethodSource("packs")
  void noNodeCanBreakTheReader(Path pack) throws Exception {
    copy(pack);
    ObjectNode whole = (ObjectNode) JSON.readTree(pack.resolve("manifest.json").toFile());
    ArrayNode layers = (ArrayNode) whole.get("layers");
    while (layers.size() > 2) {
      layers.remove(layers.size() - 1);
    }
    List<String> pointers = new ArrayList<>();
    collect(whole, "", pointers);
    SplittableRandom random = new SplittableRandom(11);
    for (String pointer : pointers) {
      ObjectNode manifest = whole.deepCopy();
      int slash = pointer.lastIndexOf('/');
      JsonNode parent = manifest.at(pointer.substring(0, slash));
      JsonNode instead =
          switch (random.nextInt(5)) {
            case 0 -> JSON.nullNode();
            case 1 -> JSON.createObjectNode();
            case 2 -> JSON.createArrayNode();
            case 3 -> JSON.getNodeFactory().textNode("x");
            default -> JSON.getNodeFactory().numberNode(-7);
          };
      String key = pointer.substring(slash + 1).replace("~1", "/");
      if (parent instanceof ObjectNode object) {
        object.set(key, instead);
      } else {
        ((ArrayNode) parent).set(Integer.parseInt(key), instead);
      }
      JSON.writeValue(folder.resolve("manifest.json").toFile(), manifest);
      neverAnotherException();
    }
  }

  private static void collect(JsonNode node, String pointer, List<String> out) {
    node.properties()
        .forEach(
            e -> {
              String child = pointer + "/" + e.getKey().replace("/", "~1");
              out.add(child);
              collect(e.getValue(), child, out);
            });
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      out.add(pointer + "/" + i);
      collect(node.get(i), pointer + "/" + i, out);
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void otherDocumentsAreCorrupt(String text) throws Exception {
    copy(Packs.folders().get(0));
    Files.writeString(folder.resolve("manifest.json"), text);
    assertEquals("model_corrupt", problemCode());
  }

  private static Stream<String> documents() throws IOException {
    String whole =
        Files.readString(Packs.folders().get(0).resolve("manifest.json"), StandardCharsets.UTF_8);
    return Stream.of(
        "", " ", "null", "[]", "{}", "7", "\"x\"", "{", whole + "{}", "[".repeat(5000), "\0");
  }

  private void copy(Path pack) throws IOException {
    try (Stream<Path> files = Files.list(pack)) {
      for (Path file : files.toList()) {
        Files.write(folder.resolve(file.getFileName()), Files.readAllBytes(file));
      }
    }
  }

  private String problemCode() {
    return assertThrows(ProblemException.class, () -> ModelPack.load(folder)).problem().code();
  }

  /** A manifest that is still sound may load; anything else must be a problem. */
  private void neverAnotherException() {
    try {
      assertFalse(ModelPack.load(folder).weights().isEmpty());
    } catch (ProblemException e) {
      assertEquals("model_corrupt", e.problem().code());
    }
  }
}
