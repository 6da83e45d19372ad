package org.kronocyte.classify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kronocyte.image.Natives;
import org.kronocyte.infer.CalibrationRun;
import org.kronocyte.model.GoldenCells;
import org.kronocyte.model.LayerWeights;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.Packs;
import org.kronocyte.model.SiteCalibration;
import org.kronocyte.problem.ProblemException;

/** On drawn cells; what it is good for is measured on real ones. */
class SiteCalibratorTest {
  private static final int SIDE = 96;
  private static final SiteCalibrator.Origin ORIGIN =
      new SiteCalibrator.Origin("2026-01-02T03:04:05Z", 0.25, 60);

  private static ModelPack pack;

  @BeforeAll
  static void load() throws Exception {
    Natives.load();
    pack = Packs.only(ModelManifest.Kind.CLASSIFIER);
  }

  /** Drawn cells, {@code distinct} different ones, with one channel's density scaled. */
  private static ByteBuffer cells(int count, int distinct, double redGain) {
    ByteBuffer out = ByteBuffer.allocateDirect(count * SIDE * SIDE * 3);
    for (int i = 0; i < count; i++) {
      byte[] drawn = GoldenCells.draw(i % distinct, SIDE);
      for (int k = 0; k < drawn.length; k += 3) {
        drawn[k] = (byte) Math.min(255, Math.rint((drawn[k] & 0xff) * redGain));
      }
      out.put(i * drawn.length, drawn);
    }
    return out;
  }

  private static float[] evenMix() {
    float[] mix = new float[pack.manifest().labels().size()];
    Arrays.fill(mix, 1f / mix.length);
    return mix;
  }

  @Test
  void noStrengthIsNoCorrection() throws Exception {
    try (CalibrationRun run = CalibrationRun.open(pack)) {
      CalibrationRun.Result result = run.run(cells(12, 12, 1), 12, SIDE, evenMix(), 0);
      assertEquals(12, result.logits().length);
      assertTrue(result.corrections().size() > 3, () -> "" + result.corrections().keySet());
      result
          .corrections()
          .forEach(
              (layer, c) -> {
                for (int o = 0; o < c.gain().length; o++) {
                  assertEquals(1, c.gain()[o], 1e-6, layer);
                  assertEquals(0, c.shift()[o], 1e-4, layer);
                }
              });
    }
  }

  /**
   * The first layer, computed slowly: whatever the stain, its corrected mean is the one it had in
   * training, and so is its spread where the gain isn't at a limit.
   */
  @Test
  void aCorrectedLayerHasTheMomentsOfTraining() throws Exception {
    LayerWeights layer = pack.weights().get(0);
    double[][] usual = corrected(layer, cells(24, 24, 1));
    double[][] pale = corrected(layer, cells(24, 24, 0.75));
    int free = 0;
    for (int o = 0; o < usual.length; o++) {
      assertEquals(usual[o][0], pale[o][0], 1e-3 * (1 + Math.abs(usual[o][0])), "mean " + o);
      if (!Double.isNaN(usual[o][1]) && !Double.isNaN(pale[o][1])) {
        assertEquals(usual[o][1], pale[o][1], 1e-3 * (1 + usual[o][1]), "spread " + o);
        free++;
      }
    }
    assertTrue(free > 10, free + " channels within the limits");
  }

  /** Mean and spread of each channel after full correction; no spread where the gain is limited. */
  private static double[][] corrected(LayerWeights layer, ByteBuffer cells) throws Exception {
    SiteCalibration.Correction c;
    try (CalibrationRun run = CalibrationRun.open(pack)) {
      c = run.run(cells, 24, SIDE, evenMix(), 1).corrections().get(layer.name());
    }
    double[][] out = new double[layer.shape()[0]][2];
    for (int o = 0; o < out.length; o++) {
      double sum = 0;
      double squares = 0;
      int places = 0;
      for (int n = 0; n < 24; n++) {
        for (int y = 0; y < SIDE; y += 4) {
          for (int x = 0; x < SIDE; x += 4, places++) {
            double value = valueAt(layer, o, cells, (n * SIDE + y) * SIDE + x);
            sum += value;
            squares += value * value;
          }
        }
      }
      double mean = sum / places;
      double spread = Math.sqrt(squares / places - mean * mean);
      float gain = c.gain()[o];
      out[o][0] = gain * mean + c.shift()[o];
      out[o][1] = gain > 0.501 && gain < 1.999 ? gain * spread : Double.NaN;
    }
    return out;
  }

  /** A 4 x 4 patch embedding at one place; {@code pixel} is its upper left corner. */
  private static double valueAt(LayerWeights layer, int o, ByteBuffer cells, int pixel) {
    double value = layer.bias()[o] * (double) layer.biasScale()[o];
    for (int k = 0; k < 48; k++) {
      int at = (pixel + k % 16 / 4 * SIDE + k % 4) * 3 + k / 16;
      double weight = layer.weight()[o * 48 + k] * (double) layer.weightScale()[o];
      value += weight * (cells.get(at) & 0xff) / 255;
    }
    return value;
  }

  private static double distance(float[][] a, float[][] b) {
    double sum = 0;
    for (int n = 0; n < a.length; n++) {
      for (int k = 0; k < a[n].length; k++) {
        sum += Math.abs(a[n][k] - b[n][k]);
      }
    }
    return sum / a.length;
  }

  @Test
  void theSameCellsGiveTheSameResult() throws Exception {
    try (CalibrationRun run = CalibrationRun.open(pack)) {
      float[][] first = run.run(cells(20, 20, 0.8), 20, SIDE, evenMix(), 1).logits();
      float[][] second = run.run(cells(20, 20, 0.8), 20, SIDE, evenMix(), 1).logits();
      for (int n = 0; n < first.length; n++) {
        assertArrayEquals(first[n], second[n]);
      }
    }
  }

  @Test
  void tooFewCellsAreRefused() {
    refused("site_too_few_cells", cells(39, 39, 1), 39);
  }

  /** Sixty pictures of one cell show nothing of a site; whatever the reason, they are refused. */
  @Test
  void oneCellOverAndOverIsRefused() {
    ProblemException thrown =
        assertThrows(
            ProblemException.class,
            () -> new SiteCalibrator(pack).learn(new CellCrops(cells(60, 1, 1), 60, SIDE), ORIGIN));
    assertTrue(thrown.problem().code().startsWith("site_"), thrown::getMessage);
  }

  @Test
  void aPackWithoutTheGraphSaysSo() throws Exception {
    ModelPack segmenter = Packs.only(ModelManifest.Kind.SEGMENTER);
    ProblemException thrown =
        assertThrows(ProblemException.class, () -> CalibrationRun.open(segmenter));
    assertEquals("model_cannot_calibrate", thrown.problem().code());
  }

  /**
   * What was learnt is folded into weights; the folded pack then answers as the learning run did.
   */
  @Test
  void theFoldedPackIsTheCorrectedNetwork() throws Exception {
    ByteBuffer cells = cells(48, 48, 0.8);
    try (CalibrationRun run = CalibrationRun.open(pack)) {
      CalibrationRun.Result learnt = run.run(cells, 48, SIDE, evenMix(), 1);
      SiteCalibration site =
          new SiteCalibration(
              SiteCalibration.SCHEMA,
              ORIGIN.created(),
              pack.id(),
              pack.weightsSha256(),
              0.25,
              48,
              48,
              Map.of(),
              0,
              1,
              learnt.corrections(),
              null,
              null);
      try (CalibrationRun folded = CalibrationRun.open(pack.at(site))) {
        float[][] answers = folded.run(cells, 48, SIDE, evenMix(), 0).logits();
        // A bias is rounded to the layer's integer steps.
        assertTrue(distance(learnt.logits(), answers) < 0.05 * answers[0].length);
      }
    }
  }

  private static void refused(String code, ByteBuffer cells, int count) {
    ProblemException thrown =
        assertThrows(
            ProblemException.class,
            () -> new SiteCalibrator(pack).learn(new CellCrops(cells, count, SIDE), ORIGIN));
    assertEquals(code, thrown.problem().code());
  }
}
