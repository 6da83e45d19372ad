package org.kronocyte.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.Packs;

class ReadingsTest {
  @Test
  void setHoldsTheClassesThatReachTheirThreshold() throws Exception {
    ModelPack pack = Packs.only(ModelManifest.Kind.CLASSIFIER);
    ModelManifest manifest = pack.manifest();
    List<CellClass> labels = manifest.labels().stream().map(CellClass::valueOf).toList();
    Readings readings = new Readings(pack, labels);
    int width = Integer.parseInt(manifest.outputs().get(1).shape().get(1));
    Random random = new Random(4);
    for (int n = 0; n < 200; n++) {
      double[] logits = random.doubles(labels.size(), -8, 8).toArray();
      byte[] embedding = new byte[width];
      random.nextBytes(embedding);
      CellReading reading = readings.of(logits, Optional.of(ByteBuffer.wrap(embedding)));
      double sum = 0;
      for (double logit : logits) {
        sum += Math.exp(logit / manifest.temperature());
      }
      for (int k = 0; k < logits.length; k++) {
        double p = Math.exp(logits[k] / manifest.temperature()) / sum;
        assertEquals(p, reading.probabilities().get(labels.get(k)), 1e-9);
        assertEquals(
            p >= manifest.predictionSets().thresholds().get(k),
            reading.possible().orElseThrow().contains(labels.get(k)),
            labels.get(k) + " at " + p);
      }
      assertEquals(
          reading.unlikeness().orElseThrow() > manifest.unlikeness().threshold(),
          reading.unknown());
    }
    CellReading without = readings.of(new double[labels.size()], Optional.empty());
    assertTrue(without.unlikeness().isEmpty());
  }
}
