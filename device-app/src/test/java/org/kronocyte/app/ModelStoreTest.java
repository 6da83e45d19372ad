package org.kronocyte.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.image.Natives;
import org.kronocyte.model.Form;
import org.kronocyte.model.ModelManifest.Kind;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.Packs;
import org.kronocyte.problem.ProblemException;

class ModelStoreTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temporary;

  private Path models;
  private ModelStore store;

  @BeforeAll
  static void load() throws Exception {
    Natives.load();
  }

  @BeforeEach
  void installedDevice() throws Exception {
    models = Files.createDirectory(temporary.resolve("models"));
    for (Path pack : Packs.folders()) {
      copy(pack, models.resolve(pack.getFileName().toString()));
    }
    store = new ModelStore(models, EngineChoice.of(Form.ONNX));
  }

  private static void copy(Path pack, Path to) throws IOException {
    Files.createDirectory(to);
    try (Stream<Path> files = Files.list(pack)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName().toString()));
      }
    }
  }

  /** A pack like the shipped one, in another version. */
  private Path offered(Kind kind, String version, Consumer<ObjectNode> change) throws Exception {
    Path pack = temporary.resolve("offered-" + version);
    copy(Packs.only(kind).folder(), pack);
    Path file = pack.resolve("manifest.json");
    ObjectNode manifest = (ObjectNode) JSON.readTree(file.toFile());
    manifest.put("version", version);
    change.accept(manifest);
    JSON.writeValue(file.toFile(), manifest);
    return pack;
  }

  private String inUse(Kind kind) throws ProblemException {
    try (Models loaded = Models.load(models, 1)) {
      return (kind == Kind.CLASSIFIER
              ? loaded.classifierPack()
              : loaded.network().orElseThrow().pack())
          .manifest()
          .version();
    }
  }

  private Map<String, Long> everything() throws IOException {
    Map<String, Long> found = new TreeMap<>();
    try (Stream<Path> files = Files.walk(models)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = models.relativize(file).toString();
        if (!name.equals(".lock")) {
          found.put(name, Files.size(file));
        }
      }
    }
    return found;
  }

  @Test
  void anInstalledPackIsUsedAndTheOldOneKept() throws Exception {
    String first = inUse(Kind.CLASSIFIER);
    ModelPack installed = store.install(offered(Kind.CLASSIFIER, "7.0.0", m -> {}));
    assertEquals("7.0.0", installed.manifest().version());
    assertEquals("7.0.0", inUse(Kind.CLASSIFIER));
    assertEquals(models.resolve(installed.manifest().name() + "-7.0.0"), installed.folder());
    assertEquals("in use", ModelStore.role(installed.folder()));
    assertTrue(Files.exists(installed.folder().resolve("MODEL_CARD.md")));
    assertEquals(first, store.rollback(Kind.CLASSIFIER).manifest().version());
    assertEquals(first, inUse(Kind.CLASSIFIER));
    assertEquals("7.0.0", store.rollback(Kind.CLASSIFIER).manifest().version());
    assertEquals("7.0.0", inUse(Kind.CLASSIFIER));
  }

  @Test
  void onlyTheLastPackIsKept() throws Exception {
    store.install(offered(Kind.SEGMENTER, "7.0.0", m -> {}));
    store.install(offered(Kind.SEGMENTER, "8.0.0", m -> {}));
    store.install(offered(Kind.SEGMENTER, "9.0.0", m -> {}));
    List<String> versions =
        Models.packFolders(models).stream().map(p -> p.getFileName().toString()).toList();
    assertEquals(3, versions.size(), versions.toString());
    assertTrue(versions.stream().anyMatch(v -> v.endsWith("8.0.0")));
    assertEquals("9.0.0", inUse(Kind.SEGMENTER));
    assertEquals("8.0.0", store.rollback(Kind.SEGMENTER).manifest().version());
  }

  @Test
  void installingTwiceChangesNothing() throws Exception {
    Path pack = offered(Kind.CLASSIFIER, "7.0.0", m -> {});
    store.install(pack);
    Map<String, Long> before = everything();
    store.install(pack);
    assertEquals(before, everything());
  }

  @Test
  void aPackIntoAnEmptyFolder() throws Exception {
    Path empty = temporary.resolve("new/models");
    ModelStore fresh = new ModelStore(empty, EngineChoice.of(Form.ONNX));
    for (Path pack : Packs.folders()) {
      fresh.install(pack);
    }
    Models.load(empty, 1).close();
    assertEquals("model_no_previous", problem(() -> fresh.rollback(Kind.CLASSIFIER)));
  }

  @Test
  void aFolderBeginsWithThePacksOfTheProgram() throws Exception {
    Path first = temporary.resolve("new/models");
    ModelStore fresh = new ModelStore(first, EngineChoice.of(Form.ONNX));
    assertTrue(fresh.stock(models));
    assertFalse(fresh.stock(models), "it holds packs now");
    fresh.install(offered(Kind.CLASSIFIER, "7.0.0", m -> {}));
    try (Models loaded = Models.load(first, 1)) {
      assertTrue(loaded.segmenterProblem().isEmpty());
      assertEquals("7.0.0", loaded.classifierPack().manifest().version());
    }
    String shipped = Packs.only(Kind.CLASSIFIER).manifest().version();
    assertEquals(shipped, fresh.rollback(Kind.CLASSIFIER).manifest().version());
  }

  @Test
  void aDamagedPackLeavesEverythingAsItWas() throws Exception {
    Path pack = offered(Kind.CLASSIFIER, "7.0.0", m -> {});
    byte[] weights = Files.readAllBytes(pack.resolve("weights.bin"));
    weights[100] ^= 1;
    Files.write(pack.resolve("weights.bin"), weights);
    unchangedBy(pack, "model_corrupt");
  }

  @Test
  void aPackThisBoardDoesNotReproduceIsRefused() throws Exception {
    Path pack =
        offered(
            Kind.CLASSIFIER,
            "7.0.0",
            m -> {
              String answers = m.at("/golden/int8").asText();
              m.withObject("/golden").put("int8", "AAAA" + answers.substring(4));
            });
    unchangedBy(pack, "model_not_reproduced");
  }

  @Test
  void unknownClassesEncodingsAndNamesAreRefused() throws Exception {
    unchangedBy(
        offered(Kind.CLASSIFIER, "7.0.0", m -> m.withArray("/labels").remove(0)), "model_corrupt");
    unchangedBy(
        offered(
            Kind.CLASSIFIER,
            "7.0.1",
            m -> {
              m.withArray("/labels").remove(12);
              m.withArray("/labels").add("ZZZ");
            }),
        "model_unknown_class");
    unchangedBy(
        offered(
            Kind.SEGMENTER,
            "7.0.2",
            m -> m.withObject("/input").withObject("/encoding").put("od_max", 3)),
        "model_encoding_unsupported");
    unchangedBy(offered(Kind.SEGMENTER, "7.0.3", m -> m.put("name", "../up")), "model_corrupt");
  }

  @Test
  void anotherPackOfTheSameVersionIsRefused() throws Exception {
    Path pack = offered(Kind.CLASSIFIER, "7.0.0", m -> {});
    store.install(pack);
    Path file = pack.resolve("manifest.json");
    ObjectNode manifest = (ObjectNode) JSON.readTree(file.toFile());
    JSON.writeValue(file.toFile(), manifest.put("created", "2020-01-01"));
    unchangedBy(pack, "model_exists");
  }

  /** What a power cut in the middle of a copy leaves behind. */
  @Test
  void aHalfCopiedPackIsNoPack() throws Exception {
    Path half =
        models.resolve(".incoming-" + offered(Kind.CLASSIFIER, "7.0.0", m -> {}).getFileName());
    copy(Packs.only(Kind.CLASSIFIER).folder(), half);
    Files.delete(half.resolve("weights.bin"));
    assertEquals(2, Models.packFolders(models).size());
    Models.load(models, 1).close();
  }

  @Test
  void twoProcessesDoNotMeet() throws Exception {
    try (FileChannel other =
            FileChannel.open(
                models.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = other.lock()) {
      assertTrue(held.isValid());
      unchangedBy(offered(Kind.CLASSIFIER, "7.0.0", m -> {}), "models_busy");
    }
  }

  @Test
  void aDamagedSelectionIsSaid() throws Exception {
    for (String text : List.of("{", "{}", "{\"schema\":\"kronocyte/models/1\",\"segmenter\":{}}")) {
      Files.writeString(models.resolve(Selection.FILE), text);
      assertEquals("models_missing", problem(() -> Models.load(models, 1)));
    }
    Files.writeString(
        models.resolve(Selection.FILE),
        "{\"schema\":\"kronocyte/models/1\",\"segmenter\":{\"current\":\"../other\"}}");
    assertEquals("models_missing", problem(() -> Models.load(models, 1)));
    String classifier = Packs.only(Kind.CLASSIFIER).folder().getFileName().toString();
    Files.writeString(
        models.resolve(Selection.FILE),
        "{\"schema\":\"kronocyte/models/1\",\"segmenter\":{\"current\":\"" + classifier + "\"}}");
    try (Models loaded = Models.load(models, 1)) {
      // Cells are found by thresholds then, and every result says so.
      assertEquals("model_wrong_kind", loaded.segmenterProblem().orElseThrow().code());
    }
  }

  private interface Action {
    Object run() throws ProblemException;
  }

  private static String problem(Action action) {
    return assertThrows(ProblemException.class, action::run).problem().code();
  }

  private void unchangedBy(Path pack, String code) throws Exception {
    Map<String, Long> before = everything();
    assertEquals(code, problem(() -> store.install(pack)));
    assertEquals(before, everything());
    assertFalse(before.isEmpty());
  }
}
