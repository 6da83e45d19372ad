package org.kronocyte.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.SchemaCheck;

class SiteCalibrationTest {
  private static ModelPack pack;

  @TempDir Path folder;

  @BeforeAll
  static void load() throws Exception {
    pack = Packs.only(ModelManifest.Kind.CLASSIFIER);
  }

  private static SiteCalibration site(
      String weights, Map<String, SiteCalibration.Correction> layers) {
    return site(weights, layers, null);
  }

  private static SiteCalibration site(
      String weights,
      Map<String, SiteCalibration.Correction> layers,
      SiteCalibration.CellSize size) {
    return new SiteCalibration(
        SiteCalibration.SCHEMA,
        "2026-01-02T03:04:05Z",
        "some model",
        weights,
        0.2,
        9,
        50,
        Map.of("LYT", 0.5),
        0.6,
        0.7,
        layers,
        null,
        size);
  }

  private static SiteCalibration.Correction random(int outputs) {
    Random random = new Random(5);
    float[] gain = new float[outputs];
    float[] shift = new float[outputs];
    for (int o = 0; o < outputs; o++) {
      gain[o] = 0.5f + random.nextFloat();
      shift[o] = (float) random.nextGaussian();
    }
    return new SiteCalibration.Correction(gain, shift);
  }

  /** The corrected layer computes gain * (w x + b) + shift, up to the rounding of its bias. */
  @Test
  void aFoldedLayerComputesTheCorrectedValue() throws Exception {
    LayerWeights before = pack.weights().get(1);
    int outputs = before.weightScale().length;
    SiteCalibration.Correction c = random(outputs);
    LayerWeights after =
        pack.at(site(pack.weightsSha256(), Map.of(before.name(), c))).weights().get(1);
    assertArrayEquals(before.weight(), after.weight());
    for (int o = 0; o < outputs; o++) {
      double sum = 1234; // of int8 weights times uint8 inputs
      double old = (sum + before.bias()[o]) * before.biasScale()[o];
      double now = (sum + after.bias()[o]) * after.biasScale()[o];
      assertEquals(c.gain()[o] * old + c.shift()[o], now, after.biasScale()[o]);
      assertEquals(
          after.biasScale()[o] / after.weightScale()[o],
          before.biasScale()[o] / before.weightScale()[o],
          1e-6);
    }
  }

  @Test
  void otherLayersAndTheWayBackAreExact() throws Exception {
    LayerWeights changed = pack.weights().get(1);
    ModelPack at =
        pack.at(
            site(
                pack.weightsSha256(),
                Map.of(changed.name(), random(changed.weightScale().length))));
    assertEquals(pack.weights().get(0), at.weights().get(0));
    for (int i = 0; i < pack.weights().size(); i++) {
      assertArrayEquals(pack.weights().get(i).bias(), at.withoutSite().weights().get(i).bias());
    }
    assertTrue(at.withoutSite().site().isEmpty());
  }

  /** Float and factored forms carry the same correction as the integer one. */
  @Test
  void floatFormsAreCorrectedTheSameWay() throws Exception {
    LayerWeights layer = pack.weights().get(1);
    SiteCalibration.Correction c = random(layer.weightScale().length);
    ModelPack at = pack.at(site(pack.weightsSha256(), Map.of(layer.name(), c)));
    for (boolean factored : new boolean[] {false, true}) {
      Map<String, RealTensor> before = byName(pack, factored);
      Map<String, RealTensor> after = byName(at, factored);
      float[] bias = before.get(layer.name() + ".bias").values();
      float[] corrected = after.get(layer.name() + ".bias").values();
      for (int o = 0; o < bias.length; o++) {
        assertEquals(c.gain()[o] * bias[o] + c.shift()[o], corrected[o], 1e-5);
      }
      String scaled =
          layer.name() + (before.containsKey(layer.name() + ".gain") ? ".gain" : ".kernel");
      float[] kernel = before.get(scaled).values();
      float[] stretched = after.get(scaled).values();
      int row = kernel.length / bias.length;
      for (int i = 0; i < kernel.length; i++) {
        assertEquals(c.gain()[i / row] * kernel[i], stretched[i], 1e-5);
      }
    }
  }

  private static Map<String, RealTensor> byName(ModelPack pack, boolean factored) {
    return pack.realWeights(factored).stream().collect(Collectors.toMap(RealTensor::name, t -> t));
  }

  @Test
  void anotherModelsCalibrationIsRefused() {
    LayerWeights layer = pack.weights().get(1);
    SiteCalibration.Correction fits = random(layer.weightScale().length);
    for (SiteCalibration wrong :
        Arrays.asList(
            site("0".repeat(64), Map.of(layer.name(), fits)),
            site(pack.weightsSha256(), Map.of("no such layer", fits)),
            site(pack.weightsSha256(), Map.of(layer.name(), random(3))))) {
      ProblemException thrown = assertThrows(ProblemException.class, () -> pack.at(wrong));
      assertEquals("site_not_for_model", thrown.problem().code());
    }
  }

  @Test
  void whatIsWrittenIsRead() throws Exception {
    SiteCalibration site = site(pack.weightsSha256(), Map.of("body1", random(48)));
    Path file = Files.write(folder.resolve("site.json"), site.toJson());
    SiteCalibration read = SiteCalibration.read(file);
    assertArrayEquals(site.toJson(), read.toJson());
    assertEquals(site.id(), read.id());
    assertTrue(read.id().matches("2026-01-02T03:04:05Z, 50 cells, sha256 [0-9a-f]{12}"), read.id());
  }

  @Test
  void aFileThatIsNoCalibrationSaysSo() throws Exception {
    String good = new String(site("a", Map.of("l", random(2))).toJson(), StandardCharsets.UTF_8);
    for (String bad :
        new String[] {
          "",
          "null",
          "{}",
          "[1,2]",
          good.substring(0, good.length() / 2),
          good.replace("kronocyte/site/1", "kronocyte/site/9"),
          good.replace("\"images\"", "\"pictures\""),
          good.replaceFirst("\"gain\" : \\[ [0-9.]+", "\"gain\" : [ 0"),
          good.replaceFirst("\"gain\" : \\[ [0-9.]+,", "\"gain\" : ["),
          good.replaceFirst("\"gain\" : \\[ [0-9.]+", "\"gain\" : [ 1e30"),
          " ".repeat(2 << 20)
        }) {
      Path file = Files.writeString(folder.resolve("bad.json"), bad);
      ProblemException thrown =
          assertThrows(ProblemException.class, () -> SiteCalibration.read(file), bad);
      assertEquals("site_unreadable", thrown.problem().code());
    }
    ProblemException missing =
        assertThrows(
            ProblemException.class, () -> SiteCalibration.read(folder.resolve("none.json")));
    assertEquals("site_unreadable", missing.problem().code());
  }

  /** A site that shows cells too large reads them at a coarser scale; nothing else is resampled. */
  @Test
  void aSitesCellSizeChangesTheScaleOfTheCrops() throws Exception {
    SiteCalibration plain = site(pack.weightsSha256(), Map.of("head", random(13)));
    SiteCalibration resized =
        site(pack.weightsSha256(), plain.layers(), new SiteCalibration.CellSize(30, 17, 0.8));
    double own = pack.manifest().input().umPerPx();
    assertEquals(own, pack.at(plain).inputUmPerPx(), 1e-12);
    assertEquals(own / 0.8, pack.at(resized).inputUmPerPx(), 1e-12);
    assertEquals(own, pack.at(resized).withoutSite().inputUmPerPx(), 1e-12);
    Path file = folder.resolve("resized.json");
    Files.write(file, resized.toJson());
    assertEquals(resized.size(), SiteCalibration.read(file).size());
  }

  /** Where the stain can't be told, the size may be. */
  @Test
  void aSizeAloneLeavesTheWeightsAsTheyAre() throws Exception {
    SiteCalibration sized =
        site(pack.weightsSha256(), Map.of(), new SiteCalibration.CellSize(30, 17, 0.8));
    ModelPack read = pack.at(sized);
    assertEquals(pack.manifest().input().umPerPx() / 0.8, read.inputUmPerPx(), 1e-12);
    for (int i = 0; i < pack.weights().size(); i++) {
      assertArrayEquals(pack.weights().get(i).weight(), read.weights().get(i).weight());
    }
    SchemaCheck.assertValid(new String(sized.toJson(), StandardCharsets.UTF_8));
    assertThrows(IllegalArgumentException.class, () -> site(pack.weightsSha256(), Map.of(), null));
  }

  @Test
  void aZoomBeyondReasonIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new SiteCalibration.CellSize(30, 40, 0.34));
  }
}
