package org.kronocyte.infer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
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
    refused(new ModelPack(pack.folder(), pack.manifest(), new byte[] {1, 2, 3}, pack.weights()));
    refused(new ModelPack(pack.folder(), pack.manifest(), new byte[0], pack.weights()));
  }

  @Test
  void missingWeightsAreRefused() throws Exception {
    ModelPack pack = Packs.only(ModelManifest.Kind.CLASSIFIER);
    List<LayerWeights> allButOne = pack.weights().subList(1, pack.weights().size());
    refused(new ModelPack(pack.folder(), pack.manifest(), pack.graph(), allButOne));
    refused(new ModelPack(pack.folder(), pack.manifest(), pack.graph(), List.of()));
  }

  private static void refused(ModelPack pack) {
    ProblemException thrown =
        assertThrows(ProblemException.class, () -> OnnxEngine.open(pack, 1).close());
    assertEquals("model_refused", thrown.problem().code());
  }
}
