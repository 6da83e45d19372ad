package org.kronocyte.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every shipped pack is whole, small, documented, and made from pixels that allow it. */
class PacksTest {
  private static final Path PACKS = Path.of("packs");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long MAX_WEIGHT_BYTES = 100_000;

  /** Pixels that may go into weights; other sets are for evaluation only. */
  private static final Set<String> TRAINING_SETS =
      Set.of("masks/bccd", "cells/marrow", "cells/peripheral", "synthetic");

  private static Stream<Path> packs() throws IOException {
    try (Stream<Path> entries = Files.list(PACKS)) {
      return entries.filter(Files::isDirectory).sorted().toList().stream();
    }
  }

  private static ObjectNode manifest(Path pack) throws IOException {
    return (ObjectNode) JSON.readTree(pack.resolve("manifest.json").toFile());
  }

  private static JsonSchema schema() throws IOException {
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(Files.readString(Path.of("manifest.schema.json")));
  }

  @Test
  void oneOfEachKind() throws IOException {
    Set<String> kinds = new TreeSet<>();
    for (Path pack : packs().toList()) {
      kinds.add(manifest(pack).path("kind").asText());
    }
    assertEquals(Set.of("classifier", "segmenter"), kinds);
  }

  @Test
  void schemaIsItselfValid() throws IOException {
    JsonSchema meta =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
    assertEquals(Set.of(), meta.validate(JSON.readTree(Path.of("manifest.schema.json").toFile())));
  }

  @ParameterizedTest
  @MethodSource("packs")
  void manifestIsValidAndBearsItsFolderName(Path pack) throws IOException {
    ObjectNode manifest = manifest(pack);
    assertEquals(Set.of(), schema().validate(manifest));
    assertEquals(pack.getFileName().toString(), manifest.path("name").asText());
  }

  @ParameterizedTest
  @MethodSource("packs")
  void filesAreTheOnesTheManifestNames(Path pack) throws Exception {
    try (Stream<Path> files = Files.list(pack)) {
      Set<String> names = new TreeSet<>(files.map(p -> p.getFileName().toString()).toList());
      Set<String> expected = new TreeSet<>(Set.of("MODEL_CARD.md", "manifest.json"));
      manifest(pack).path("files").fieldNames().forEachRemaining(expected::add);
      assertEquals(expected, names);
    }
    for (var entry : manifest(pack).path("files").properties()) {
      byte[] bytes = Files.readAllBytes(pack.resolve(entry.getKey()));
      assertEquals(entry.getValue().path("bytes").asLong(), bytes.length, entry.getKey());
      String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
      assertEquals(entry.getValue().path("sha256").asText(), digest, entry.getKey());
    }
  }

  @ParameterizedTest
  @MethodSource("packs")
  void weightsAreSmall(Path pack) throws IOException {
    long bytes = Files.size(pack.resolve("weights.bin"));
    assertTrue(bytes <= MAX_WEIGHT_BYTES, bytes + " bytes");
  }

  /** Arrays follow one another without overlap, and end where the file ends. */
  @ParameterizedTest
  @MethodSource("packs")
  void arraysFillTheWeights(Path pack) throws IOException {
    TreeMap<Long, Long> ends = new TreeMap<>();
    for (JsonNode layer : manifest(pack).path("layers")) {
      for (var field : layer.properties()) {
        if (!field.getValue().has("offset")) {
          continue;
        }
        long bits = Set.of("weight", "a", "b").contains(field.getKey()) ? 8 : 32;
        // int4 and bfloat16 take half of what is usual.
        bits /= field.getValue().has("dtype") ? 2 : 1;
        for (JsonNode d : field.getValue().path("shape")) {
          bits *= d.asLong();
        }
        long bytes = (bits + 7) / 8;
        long offset = field.getValue().path("offset").asLong();
        assertFalse(ends.containsKey(offset), "two arrays at " + offset);
        ends.put(offset, offset + (bytes + 3) / 4 * 4);
      }
    }
    long at = 0;
    for (var array : ends.entrySet()) {
      assertEquals(at, array.getKey());
      at = array.getValue();
    }
    assertEquals(Files.size(pack.resolve("weights.bin")), at);
  }

  @ParameterizedTest
  @MethodSource("packs")
  void factoredFormIsThereWhereLayersAreFactored(Path pack) throws IOException {
    boolean factored = false;
    for (JsonNode layer : manifest(pack).path("layers")) {
      factored |= layer.path("kind").asText().equals("kronecker");
    }
    assertEquals(factored, manifest(pack).path("files").has("graph-factored.onnx"));
  }

  /** Weights lie behind the flatbuffer, scales in it, nothing over anything else. */
  @ParameterizedTest
  @MethodSource("packs")
  void tensorFlowLiteFormHasAPlaceForEveryLayer(Path pack) throws IOException {
    long fileBytes = Files.size(pack.resolve("graph.tflite"));
    List<JsonNode> layers = new ArrayList<>();
    manifest(pack).path("layers").forEach(layers::add);
    JsonNode places = manifest(pack).path("tflite");
    assertEquals(layers.size(), places.size());
    TreeMap<Long, Long> ends = new TreeMap<>();
    for (int i = 0; i < layers.size(); i++) {
      assertEquals(layers.get(i).path("name"), places.get(i).path("name"));
      long outputs = layers.get(i).at("/shape/0").asLong();
      long weights = 1;
      for (JsonNode d : layers.get(i).path("shape")) {
        weights *= d.asLong();
      }
      int square = places.get(i).path("shuffle").asInt() * places.get(i).path("shuffle").asInt();
      assertEquals(0, outputs % square, "channels that can't be shuffled");
      for (String key : List.of("weight", "bias", "weight_scale", "bias_scale")) {
        long from = places.get(i).path(key).asLong();
        long to = from + (key.equals("weight") ? weights : 4 * outputs);
        assertEquals(!key.endsWith("scale"), from >= fileBytes, key);
        assertTrue(!key.endsWith("scale") || to <= fileBytes, key);
        ends.put(from, to);
      }
    }
    assertEquals(4 * layers.size(), ends.size());
    long at = 0;
    for (var array : ends.entrySet()) {
      assertTrue(array.getKey() >= at, "two arrays at " + array.getKey());
      at = array.getValue();
    }
  }

  @ParameterizedTest
  @MethodSource("packs")
  void goldenAnswersHaveTheirLength(Path pack) throws IOException {
    JsonNode golden = manifest(pack).path("golden");
    long bytes = 0;
    for (JsonNode output : manifest(pack).path("outputs")) {
      long n = 1;
      for (JsonNode d : output.path("shape")) {
        n *= d.asText().endsWith("/2") ? golden.path("side_px").asLong() / 2 : d.asLong(1);
      }
      bytes += n;
    }
    long step = golden.path("step").asLong();
    long expected = golden.path("images").asLong() * ((bytes + step - 1) / step);
    for (String form : List.of("int8", "float")) {
      assertEquals(expected, Base64.getDecoder().decode(golden.path(form).asText()).length, form);
    }
  }

  @ParameterizedTest
  @MethodSource("packs")
  void trainedOnlyOnPixelsThatAllowIt(Path pack) throws IOException {
    for (JsonNode set : manifest(pack).path("training").path("sets")) {
      assertTrue(TRAINING_SETS.contains(set.path("name").asText()), set.toString());
      assertTrue(
          set.path("licence").asText().matches("(CC BY [0-9.]+|CC0.*|MIT|Apache-2\\.0)"),
          set.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("packs")
  void labelsAreSortedAndAreTheOutputsChannels(Path pack) throws IOException {
    ObjectNode manifest = manifest(pack);
    if (manifest.has("labels")) {
      List<String> labels = texts(manifest.path("labels"));
      assertEquals(labels.stream().sorted().toList(), labels);
      assertEquals(labels, texts(manifest.at("/outputs/0/channels")));
      assertEquals(labels.size(), manifest.at("/outputs/0/shape/1").asInt());
    }
  }

  private static List<String> texts(JsonNode array) {
    List<String> out = new ArrayList<>();
    array.forEach(node -> out.add(node.asText()));
    return out;
  }

  @ParameterizedTest
  @MethodSource("packs")
  void cardSaysWhatTheModelIsNot(Path pack) throws IOException {
    String card = Files.readString(pack.resolve("MODEL_CARD.md")).toLowerCase(Locale.ROOT);
    assertTrue(
        card.matches("(?s).*\\b(not|never|no)\\s+(a\\s+|for\\s+)?(diagnosis|diagnostic).*"), card);
    assertTrue(card.startsWith("# " + pack.getFileName()), "the card names its pack");
    for (JsonNode set : manifest(pack).path("training").path("sets")) {
      assertTrue(card.contains(set.path("name").asText()), "the card names " + set);
    }
  }

  private static Stream<Consumer<ObjectNode>> mistakes() {
    return Stream.of(
        m -> m.put("schema", "kronocyte/model/2"),
        m -> m.put("comment", "x"),
        m -> m.remove("files"),
        m -> m.remove("expanded_sha256"),
        m -> m.put("name", "Cells 1"),
        m -> m.put("kind", "detector"),
        m -> m.withObject("/input").put("um_per_px", 0),
        m -> m.withObject("/input").put("colour_order", "BGR"),
        m -> m.withObject("/input").remove("encoding"),
        m -> m.withObject("/input").withObject("/encoding").put("od_max", 2),
        m -> m.withObject("/input").withObject("/white_balance").put("percentile", 99),
        m -> m.putArray("layers"),
        m -> layer(m).put("kind", "sparse"),
        m -> layer(m).putArray("shape").add(3),
        m -> layer(m).remove("bias"),
        m -> layer(m).withObject("/bias").put("offset", -4),
        m -> layer(m).withObject("/bias").put("offset", 2),
        m -> layer(m).withObject("/bias").putArray("shape").add(0),
        m -> layer(m).put("input_scale", 0),
        m -> ((ObjectNode) m.at("/outputs/0")).put("zero_point", 256),
        m -> ((ObjectNode) m.at("/outputs/0")).put("dtype", "float32"),
        m -> m.withObject("/files").putObject("readme.txt"),
        m -> m.withObject("/files").remove("graph.tflite"),
        m -> ((ObjectNode) m.at("/tflite/0")).put("weight", 1),
        m -> ((ObjectNode) m.at("/tflite/0")).remove("shuffle"),
        m -> m.withObject("/golden").put("tolerance", 100),
        m -> m.withObject("/golden").put("int8", "***"),
        m -> m.remove("golden"),
        m -> ((ArrayNode) m.at("/training/sets")).removeAll(),
        m -> m.withObject("/training").put("recipe", "somewhere/else.py"),
        m -> m.putObject("metrics"));
  }

  private static ObjectNode layer(ObjectNode manifest) {
    return (ObjectNode) manifest.at("/layers/0");
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void schemaFindsTheMistake(Consumer<ObjectNode> mistake) throws IOException {
    for (Path pack : packs().toList()) {
      ObjectNode manifest = manifest(pack);
      ObjectNode before = manifest.deepCopy();
      mistake.accept(manifest);
      assertFalse(manifest.equals(before), "the mistake changed nothing");
      assertFalse(schema().validate(manifest).isEmpty(), manifest.toString());
    }
  }

  @Test
  void aTileBelongsToASegmenterAndLabelsToAClassifier() throws IOException {
    for (Path pack : packs().toList()) {
      for (String other : List.of("tile", "labels", "temperature")) {
        ObjectNode manifest = manifest(pack);
        if (manifest.remove(other) == null) {
          manifest.set(other, JSON.getNodeFactory().numberNode(1));
        }
        assertFalse(schema().validate(manifest).isEmpty(), pack + " and " + other);
      }
    }
  }
}
