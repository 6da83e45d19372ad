package org.kronocyte.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.infer.Engine;
import org.kronocyte.model.Form;
import org.kronocyte.model.GoldenCells;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.Packs;
import org.kronocyte.problem.ProblemException;

/** Which form a pack is opened in, and what is recorded about it. */
class EngineChoiceTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static ModelPack pack;

  @TempDir Path data;

  @BeforeAll
  static void load() throws Exception {
    pack = Packs.only(ModelManifest.Kind.CLASSIFIER);
  }

  private static String opened(EngineChoice choice, ModelPack model) throws ProblemException {
    try (Engine engine = choice.open(model, 1)) {
      return engine.describe().replaceAll(" [0-9.]+", "");
    }
  }

  @Test
  void aChosenFormIsOpened() throws Exception {
    assertEquals("onnxruntime int8, thread", opened(EngineChoice.of(Form.ONNX), pack));
    assertEquals("tflite int8, thread", opened(EngineChoice.of(Form.TFLITE), pack));
    assertEquals("onnxruntime float32, thread", opened(EngineChoice.of(Form.ONNX_FLOAT), pack));
    assertEquals(
        "onnxruntime float32 factored, thread", opened(EngineChoice.of(Form.ONNX_FACTORED), pack));
  }

  @Test
  void aMeasurementIsRecordedAndUsed() throws Exception {
    EngineMeasurement.Result result = EngineMeasurement.of(pack, 1, 2);
    assertEquals(
        pack.graphs().keySet(),
        new TreeSet<>(result.forms().stream().map(EngineMeasurement.Timed::form).toList()));
    result.forms().forEach(f -> assertTrue(f.single().orElseThrow().p50Ms() > 0, f.form().code()));
    Path file = EngineRecord.write(data, List.of(result), Instant.EPOCH);
    assertEquals(Optional.of(result.fastest()), EngineRecord.chosen(data, pack));

    write(file, record -> model(record).put("engine", "tflite"));
    assertEquals("tflite int8, thread", opened(EngineChoice.measured(data), pack));
  }

  @Test
  void withoutAMeasurementOnnxRuntimeIsTaken() throws Exception {
    assertEquals("onnxruntime int8, thread", opened(EngineChoice.measured(data), pack));
  }

  /** Another board, other weights, an unknown form, or no JSON at all: as if nothing was there. */
  @Test
  void aRecordThatDoesNotFitIsNotUsed() throws Exception {
    EngineMeasurement.Result result = EngineMeasurement.of(pack, 1, 1);
    Path file = EngineRecord.write(data, List.of(result), Instant.EPOCH);
    String good = Files.readString(file);
    List<Consumer<ObjectNode>> mistakes =
        List.of(
            r -> r.put("board", "aarch64, 4 x brcm,bcm2712"),
            r -> r.put("schema", "kronocyte/engines/2"),
            r -> model(r).put("weights_sha256", "0".repeat(64)),
            r -> model(r).put("engine", "abacus"));
    for (var mistake : mistakes) {
      Files.writeString(file, good);
      write(file, mistake);
      assertEquals(Optional.empty(), EngineRecord.chosen(data, pack));
    }
    Files.writeString(file, good.substring(0, good.length() / 2));
    assertEquals(Optional.empty(), EngineRecord.chosen(data, pack));
  }

  private static ObjectNode model(ObjectNode record) {
    return (ObjectNode) record.at("/models/0");
  }

  private static void write(Path file, Consumer<ObjectNode> change) throws Exception {
    ObjectNode record = (ObjectNode) JSON.readTree(file.toFile());
    change.accept(record);
    JSON.writeValue(file.toFile(), record);
  }

  /** A board whose int8 kernels compute otherwise goes on in float. */
  @Test
  void aFormThatFailsItsGoldenCellsIsPassedOver() throws Exception {
    GoldenCells golden = pack.manifest().golden();
    byte[] wrong = golden.int8().clone();
    Arrays.fill(wrong, (byte) 0);
    ModelPack other = with(golden, wrong, golden.real());
    assertEquals("onnxruntime float32, thread", opened(EngineChoice.measured(data), other));
    ModelPack none = with(golden, wrong, wrong);
    ProblemException thrown =
        assertThrows(ProblemException.class, () -> opened(EngineChoice.measured(data), none));
    assertEquals("model_not_reproduced", thrown.problem().code());
    EngineMeasurement.Result result = EngineMeasurement.of(other, 1, 1);
    assertTrue(result.forms().stream().anyMatch(f -> f.problem().isPresent()));
    assertTrue(!result.fastest().int8(), "a form that failed is never the fastest");
  }

  private static ModelPack with(GoldenCells golden, byte[] int8, byte[] real) {
    GoldenCells changed =
        new GoldenCells(
            golden.drawing(),
            golden.sidePx(),
            golden.images(),
            golden.step(),
            golden.tolerance(),
            int8,
            real);
    return new ModelPack(
        pack.folder(),
        Packs.withGolden(pack.manifest(), changed),
        pack.graphs(),
        pack.weights(),
        pack.packed());
  }
}
