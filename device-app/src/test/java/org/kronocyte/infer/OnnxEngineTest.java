package org.kronocyte.infer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kronocyte.model.Form;
import org.kronocyte.model.LayerWeights;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.Packs;
import org.kronocyte.problem.ProblemException;

class OnnxEngineTest extends EngineContract {
  @Override
  Engine open(ModelPack pack) throws ProblemException {
    return OnnxEngine.open(pack, 1);
  }

  @Test
  void aGraphItCannotReadIsRefused() throws Exception {
    ModelPack pack = Packs.only(ModelManifest.Kind.CLASSIFIER);
    refused(with(pack, new byte[] {1, 2, 3}, pack.weights()));
    refused(with(pack, new byte[0], pack.weights()));
  }

  @Test
  void missingWeightsAreRefused() throws Exception {
    ModelPack pack = Packs.only(ModelManifest.Kind.CLASSIFIER);
    List<LayerWeights> allButOne = pack.weights().subList(1, pack.weights().size());
    byte[] graph = pack.graphs().get(Form.ONNX);
    refused(with(pack, graph, allButOne));
    refused(with(pack, graph, List.of()));
  }

  private static ModelPack with(ModelPack pack, byte[] graph, List<LayerWeights> weights) {
    return new ModelPack(
        pack.folder(), pack.manifest(), Map.of(Form.ONNX, graph), weights, pack.packed());
  }

  private static void refused(ModelPack pack) {
    ProblemException thrown =
        assertThrows(ProblemException.class, () -> OnnxEngine.open(pack, 1).close());
    assertEquals("model_refused", thrown.problem().code());
  }
}
