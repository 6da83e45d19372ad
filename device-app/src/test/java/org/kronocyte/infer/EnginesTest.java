package org.kronocyte.infer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.kronocyte.model.Form;
import org.kronocyte.model.GoldenCells;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.Packs;
import org.kronocyte.problem.ProblemException;

/** Forms of the shipped packs against each other and against their golden cells. */
class EnginesTest {
  static Stream<Path> packs() {
    return Packs.folders().stream();
  }

  @ParameterizedTest
  @MethodSource("packs")
  void everyFormReproducesTheGoldenCells(Path folder) throws Exception {
    ModelPack pack = ModelPack.load(folder);
    for (Form form : pack.graphs().keySet()) {
      Engines.open(pack, form, 1).close();
    }
  }

  /** Strictly factored execution is the same function as the expanded one. */
  @Test
  void factoredAnswersEqualExpandedOnes() throws Exception {
    ModelPack pack = Packs.only(ModelManifest.Kind.CLASSIFIER);
    assertTrue(largestDifference(pack, Form.ONNX_FLOAT, Form.ONNX_FACTORED) <= 1);
  }

  @ParameterizedTest
  @MethodSource("packs")
  void tensorFlowLiteAnswersLikeOnnxRuntime(Path folder) throws Exception {
    assertTrue(largestDifference(ModelPack.load(folder), Form.ONNX, Form.TFLITE) <= 2);
  }

  private static int largestDifference(ModelPack pack, Form one, Form other)
      throws ProblemException {
    int largest = 0;
    try (Engine a = Engines.open(pack, one, 1);
        Engine b = Engines.open(pack, other, 1)) {
      for (int cell = 0; cell < 6; cell++) {
        List<byte[]> first = answers(a, pack, cell);
        List<byte[]> second = answers(b, pack, cell);
        for (int k = 0; k < first.size(); k++) {
          for (int i = 0; i < first.get(k).length; i++) {
            int difference = (first.get(k)[i] & 0xff) - (second.get(k)[i] & 0xff);
            largest = Math.max(largest, Math.abs(difference));
          }
        }
      }
    }
    return largest;
  }

  private static List<byte[]> answers(Engine engine, ModelPack pack, int cell)
      throws ProblemException {
    int side = 96;
    ByteBuffer image = ByteBuffer.allocateDirect(side * side * 3);
    image.put(0, GoldenCells.draw(cell, side));
    List<Tensor> outputs = Engines.outputs(pack.manifest(), side, 1);
    engine.run(new Tensor(pack.manifest().input().name(), image, 1, side, side, 3), outputs);
    List<byte[]> out = new ArrayList<>();
    for (Tensor output : outputs) {
      byte[] bytes = new byte[output.elements()];
      output.data().get(0, bytes);
      out.add(bytes);
    }
    return out;
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void aBoardThatAnswersOtherwiseIsRefused(Form form) throws Exception {
    ModelPack pack = Packs.only(ModelManifest.Kind.CLASSIFIER);
    try (Engine engine = Engines.open(pack, form, 1)) {
      Engine wrong = new Spoilt(engine, pack.manifest().golden().tolerance() + 2);
      ProblemException thrown =
          assertThrows(ProblemException.class, () -> Engines.replay(wrong, pack, form));
      assertEquals("model_not_reproduced", thrown.problem().code());
      assertTrue(thrown.getMessage().contains("golden cell 0"), thrown.getMessage());
    }
  }

  @Test
  void aFormThePackHasNotIsRefused() throws Exception {
    ModelPack pack = Packs.only(ModelManifest.Kind.SEGMENTER);
    assertFalse(pack.graphs().containsKey(Form.ONNX_FACTORED), "it has no Kronecker layers");
    ProblemException thrown =
        assertThrows(
            ProblemException.class, () -> Engines.open(pack, Form.ONNX_FACTORED, 1).close());
    assertEquals("model_refused", thrown.problem().code());
  }

  /** Forgotten or superfluous answers are no answers. */
  @Test
  void answersOfAnotherLengthAreRefused() throws Exception {
    ModelPack pack = Packs.only(ModelManifest.Kind.CLASSIFIER);
    GoldenCells golden = pack.manifest().golden();
    for (int length : new int[] {golden.int8().length - 1, golden.int8().length + 1}) {
      byte[] other = Arrays.copyOf(golden.int8(), length);
      ModelPack changed =
          new ModelPack(
              pack.folder(),
              Packs.withGolden(
                  pack.manifest(),
                  new GoldenCells(
                      golden.drawing(),
                      golden.sidePx(),
                      golden.images(),
                      golden.step(),
                      golden.tolerance(),
                      other,
                      golden.real())),
              Map.copyOf(pack.graphs()),
              pack.weights(),
              pack.packed());
      assertThrows(ProblemException.class, () -> Engines.open(changed, Form.ONNX, 1).close());
    }
  }

  /** An engine on a board that computes the last byte of every output wrong. */
  private record Spoilt(Engine engine, int by) implements Engine {
    @Override
    public void run(Tensor input, List<Tensor> outputs) throws ProblemException {
      engine.run(input, outputs);
      for (Tensor output : outputs) {
        int last = output.elements() - 1;
        int value = output.data().get(last) & 0xff;
        output.data().put(last, (byte) (value > 127 ? value - by : value + by));
      }
    }

    @Override
    public String describe() {
      return engine.describe();
    }

    @Override
    public void close() {
      engine.close();
    }
  }
}
