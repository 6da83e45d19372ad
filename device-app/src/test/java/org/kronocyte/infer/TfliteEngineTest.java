package org.kronocyte.infer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kronocyte.model.Form;
import org.kronocyte.model.LayerWeights;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.Packs;
import org.kronocyte.problem.ProblemException;

class TfliteEngineTest extends EngineContract {
  @Override
  Engine open(ModelPack pack) throws ProblemException {
    return TfliteEngine.open(pack, 1);
  }

  @Test
  void aFileItCannotReadIsRefused() throws Exception {
    ModelPack pack = Packs.only(ModelManifest.Kind.CLASSIFIER);
    byte[] graph = pack.graphs().get(Form.TFLITE).clone();
    // The root table's place.
    graph[1] = 0x7f;
    graph[2] = 0x7f;
    assertEquals("model_refused", refused(with(pack, graph, pack.weights())));
    assertEquals("model_corrupt", refused(with(pack, new byte[0], pack.weights())));
  }

  @Test
  void missingOrMisplacedWeightsAreRefused() throws Exception {
    ModelPack pack = Packs.only(ModelManifest.Kind.SEGMENTER);
    byte[] graph = pack.graphs().get(Form.TFLITE);
    List<LayerWeights> weights = pack.weights();
    assertEquals(
        "model_corrupt", refused(with(pack, graph, weights.subList(0, weights.size() - 1))));
    List<LayerWeights> turned = new ArrayList<>(weights);
    turned.add(turned.remove(0));
    assertEquals("model_corrupt", refused(with(pack, graph, turned)));
    byte[] longer = Arrays.copyOf(graph, graph.length + 4096);
    assertEquals("model_corrupt", refused(with(pack, longer, weights)));
  }

  @Test
  void aPackWithoutThisFormIsRefused() throws Exception {
    ModelPack pack = Packs.only(ModelManifest.Kind.CLASSIFIER);
    Map<Form, byte[]> other = Map.of(Form.ONNX, pack.graphs().get(Form.ONNX));
    assertEquals(
        "model_refused",
        refused(
            new ModelPack(pack.folder(), pack.manifest(), other, pack.weights(), pack.packed())));
  }

  private static ModelPack with(ModelPack pack, byte[] graph, List<LayerWeights> weights) {
    return new ModelPack(
        pack.folder(), pack.manifest(), Map.of(Form.TFLITE, graph), weights, pack.packed());
  }

  private static String refused(ModelPack pack) {
    return assertThrows(ProblemException.class, () -> TfliteEngine.open(pack, 1).close())
        .problem()
        .code();
  }
}
