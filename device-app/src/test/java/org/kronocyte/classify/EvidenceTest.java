package org.kronocyte.classify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kronocyte.image.Box;
import org.kronocyte.infer.Engine;
import org.kronocyte.infer.Engines;
import org.kronocyte.infer.Tensor;
import org.kronocyte.model.Form;
import org.kronocyte.model.GoldenCells;
import org.kronocyte.model.LayerWeights;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.Packs;
import org.kronocyte.model.ReferenceVectors;
import org.kronocyte.segment.NucleusMeasures;
import org.kronocyte.segment.SegmentedCell;

class EvidenceTest {
  private static final int CELLS = 6;

  private static ModelPack pack;
  private static List<CellClass> labels;
  private static int side;

  @BeforeAll
  static void load() throws Exception {
    pack = Packs.only(ModelManifest.Kind.CLASSIFIER);
    labels = pack.manifest().labels().stream().map(CellClass::valueOf).toList();
    side = Integer.parseInt(pack.manifest().input().shape().get(1));
  }

  /** Outputs of drawn cells in one run, and what explains them. */
  private static EvidenceReader run(Engine engine, List<Tensor> outputs) throws Exception {
    EvidenceReader reader = new EvidenceReader(pack, labels, CELLS);
    ByteBuffer images = ByteBuffer.allocateDirect(CELLS * side * side * 3);
    for (int i = 0; i < CELLS; i++) {
      images.put(i * side * side * 3, GoldenCells.draw(i, side));
    }
    outputs.addAll(Engines.outputs(pack.manifest(), side, CELLS));
    List<Tensor> all = new ArrayList<>(outputs);
    all.add(reader.tensor(CELLS));
    engine.run(new Tensor(pack.manifest().input().name(), images, CELLS, side, side, 3), all);
    return reader;
  }

  /** Exact but for the roundings between: of the embedding, the logit and the features' mean. */
  @ParameterizedTest
  @EnumSource(Form.class)
  void aMapsMeanIsTheLogit(Form form) throws Exception {
    ModelManifest.Output logit = pack.manifest().outputs().get(0);
    ModelManifest.Output embedding = pack.manifest().outputs().get(1);
    LayerWeights head = pack.weights().get(pack.weights().size() - 1);
    int width = Integer.parseInt(embedding.shape().get(1));
    List<Tensor> outputs = new ArrayList<>();
    double mostOff = 0;
    double sumOff = 0;
    try (Engine engine = Engines.open(pack, form, 1)) {
      EvidenceReader reader = run(engine, outputs);
      for (int i = 0; i < CELLS; i++) {
        for (int k = 0; k < labels.size(); k++) {
          double weights = 0;
          for (int d = 0; d < width; d++) {
            weights += Math.abs(head.weight()[k * width + d] * head.weightScale()[k]);
          }
          int answered = outputs.get(0).data().get(i * labels.size() + k) & 0xff;
          double real = (answered - logit.zeroPoint()) * logit.scale();
          ActivationMap map =
              reader.of(i, labels.get(k), slice(outputs.get(1), i, width), Optional.empty()).map();
          double off = Math.abs(map.mean() - real);
          assertTrue(off <= logit.scale() + weights * embedding.scale(), "off by " + off);
          mostOff = Math.max(mostOff, off / logit.scale());
          sumOff += off / logit.scale();
        }
      }
    }
    assertTrue(mostOff < 6, "a mean is off by " + mostOff + " steps of a logit");
    assertTrue(sumOff / CELLS / labels.size() < 1, "means are off by " + sumOff);
  }

  private static ByteBuffer slice(Tensor tensor, int index, int width) {
    return tensor.data().slice(index * width, width);
  }

  @Test
  void mapIsTheLinearLayerAtEachPlace() {
    byte[] features = {10, 20, 30, 40, (byte) 250, 1, 0, 5};
    double[] weights = {0.5, -2};
    ActivationMap map =
        ActivationMap.of(CellClass.LYT, ByteBuffer.wrap(features), 2, 0.1, 4, weights, 3);
    double[][] expected = {
      {3 + 0.1 * (0.5 * 6 - 2 * 16), 3 + 0.1 * (0.5 * 26 - 2 * 36)},
      {3 + 0.1 * (0.5 * 246 - 2 * -3), 3 + 0.1 * (0.5 * -4 - 2 * 1)}
    };
    for (int y = 0; y < 2; y++) {
      assertArrayEquals(expected[y], map.values()[y], 1e-12);
    }
  }

  /** An exemplar is most like itself; the pack has some of every class. */
  @Test
  void nearestComeFirst() throws Exception {
    EvidenceReader reader = new EvidenceReader(pack, labels, 1);
    List<ReferenceVectors.Vector> exemplars = pack.reference().exemplars();
    for (ReferenceVectors.Vector exemplar : exemplars) {
      ByteBuffer bytes = ByteBuffer.allocate(exemplar.embedding().length);
      for (double value : exemplar.embedding()) {
        bytes.put((byte) value);
      }
      List<Evidence.Neighbour> nearest =
          reader.of(0, labels.get(0), bytes.flip(), Optional.empty()).nearest();
      assertEquals(1, nearest.get(0).similarity(), 1e-9);
      for (int i = 1; i < nearest.size(); i++) {
        assertTrue(nearest.get(i - 1).similarity() >= nearest.get(i).similarity());
      }
    }
    assertEquals(
        pack.manifest().labels().size(),
        exemplars.stream().map(e -> e.cell().label()).distinct().count());
    assertEquals(0, EvidenceReader.cosine(new double[2], new double[] {1, 1}));
  }

  @Test
  void measuresBecomeWords() {
    SegmentedCell bare =
        new SegmentedCell(
            1, new Box(0, 0, 9, 9), 4, 4, 70, 5, 0.6, 0.9, OptionalDouble.empty(), false);
    assertEquals("small, irregular cell of 9.4 um, no nucleus", MorphologyWords.of(bare));
    SegmentedCell lobed =
        new SegmentedCell(
            1,
            new Box(0, 0, 9, 9),
            4,
            4,
            200,
            90,
            0.9,
            0.9,
            OptionalDouble.of(3.04),
            false,
            OptionalDouble.empty(),
            Optional.of(new NucleusMeasures(3, 0.62, 0.11, 4)),
            Optional.empty());
    assertEquals(
        "large cell of 16.0 um, nucleus of 3 lobes, N:C 0.45 (low), chromatin density 0.62 +- 0.11 OD,"
            + " nucleus 3.0 times as dense as red cells",
        MorphologyWords.of(lobed));
  }
}
