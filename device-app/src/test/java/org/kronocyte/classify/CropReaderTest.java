package org.kronocyte.classify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kronocyte.image.Natives;
import org.kronocyte.infer.Engine;
import org.kronocyte.infer.OnnxEngine;
import org.kronocyte.infer.Tensor;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.Packs;
import org.kronocyte.problem.ProblemException;

/** The oracle asks the engine about one crop at a time and lays it pixel by pixel. */
class CropReaderTest {
  private static final int SIDE = 96;
  private static final int CROPS = 16;

  private static ModelPack pack;
  private static Counting engine;
  private static ByteBuffer crops;

  /** Counts the crops that an engine is shown. */
  private static final class Counting implements Engine {
    private final Engine engine;
    private final List<Long> calls = new ArrayList<>();

    Counting(Engine engine) {
      this.engine = engine;
    }

    @Override
    public void run(Tensor input, List<Tensor> outputs) throws ProblemException {
      calls.add(input.shape()[0]);
      engine.run(input, outputs);
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

  @BeforeAll
  static void open() throws Exception {
    Natives.load();
    pack = Packs.only(ModelManifest.Kind.CLASSIFIER);
    engine = new Counting(OnnxEngine.open(pack, 1));
    Random random = new Random(5);
    crops = ByteBuffer.allocateDirect(CROPS * SIDE * SIDE * 3);
    // Blots of different density: the network is sure of some and not of others.
    for (int i = 0; i < CROPS; i++) {
      int centre = 30 + random.nextInt(36);
      int radius = 8 + random.nextInt(25);
      int depth = 30 + random.nextInt(200);
      for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
          boolean inside = Math.hypot(x - centre, y - SIDE / 2.0) < radius;
          for (int c = 0; c < 3; c++) {
            int value = inside ? depth * (c == 1 ? 3 : 2) / 3 + random.nextInt(20) : 0;
            crops.put(((i * SIDE + y) * SIDE + x) * 3 + c, (byte) value);
          }
        }
      }
    }
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private static double[] alone(int index, int view) throws ProblemException {
    ModelManifest.Output output = pack.manifest().outputs().get(0);
    int classes = pack.manifest().labels().size();
    ByteBuffer crop = ByteBuffer.allocateDirect(SIDE * SIDE * 3);
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        int flippedX = (view & 1) != 0 ? SIDE - 1 - x : x;
        int flippedY = (view & 2) != 0 ? SIDE - 1 - y : y;
        int fromX = (view & 4) != 0 ? flippedY : flippedX;
        int fromY = (view & 4) != 0 ? flippedX : flippedY;
        for (int c = 0; c < 3; c++) {
          crop.put(
              (y * SIDE + x) * 3 + c, crops.get(((index * SIDE + fromY) * SIDE + fromX) * 3 + c));
        }
      }
    }
    ByteBuffer answer = ByteBuffer.allocateDirect(classes);
    engine.run(
        new Tensor(pack.manifest().input().name(), crop, 1, SIDE, SIDE, 3),
        List.of(new Tensor(output.name(), answer, 1, classes)));
    double[] out = new double[classes];
    for (int k = 0; k < classes; k++) {
      out[k] = ((answer.get(k) & 0xff) - output.zeroPoint()) * output.scale();
    }
    return out;
  }

  private static double lead(double[] logits) {
    double[] sorted = logits.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length - 1] - sorted[sorted.length - 2];
  }

  @Test
  void cropsAreLookedAtUntilTheyAreDecided() throws Exception {
    CropReader reader = new CropReader(pack, engine, CROPS);
    ModelManifest.Views views = pack.manifest().views();
    engine.calls.clear();
    reader.read(crops, CROPS, Optional.empty());
    List<Long> calls = List.copyOf(engine.calls);
    long[] looks = new long[views.atMost()];
    for (int i = 0; i < CROPS; i++) {
      double[] sum = alone(i, 0);
      double[] mean = sum.clone();
      looks[0]++;
      for (int view = 1; view < views.atMost() && lead(mean) < views.leadBelow(); view++) {
        looks[view]++;
        double[] latest = alone(i, view);
        for (int k = 0; k < sum.length; k++) {
          sum[k] += latest[k];
          mean[k] = sum[k] / (view + 1);
        }
      }
      assertArrayEquals(mean, reader.logits(i), 1e-9, "crop " + i);
    }
    assertTrue(looks[1] > 0 && looks[1] < CROPS, looks[1] + " of " + CROPS + " undecided");
    assertEquals(Arrays.stream(looks).filter(count -> count > 0).boxed().toList(), calls);
  }
}
