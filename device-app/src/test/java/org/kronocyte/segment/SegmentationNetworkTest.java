package org.kronocyte.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kronocyte.camera.virtual.SmearRecipe;
import org.kronocyte.camera.virtual.VirtualSmear;
import org.kronocyte.image.Frame;
import org.kronocyte.image.Natives;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.TestPixels;
import org.kronocyte.infer.Engine;
import org.kronocyte.infer.OnnxEngine;
import org.kronocyte.infer.Tensor;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.Packs;
import org.kronocyte.quality.WhiteBalance;

class SegmentationNetworkTest {
  private static ModelPack pack;

  @BeforeAll
  static void load() throws Exception {
    Natives.load();
    pack = Packs.only(ModelManifest.Kind.SEGMENTER);
  }

  private static ModelManifest withTile(int maxPx, int overlapPx) {
    return Packs.withTile(pack.manifest(), new ModelManifest.Tile(maxPx, 16, overlapPx));
  }

  /** A field of many tiles reads as if it were one. */
  @Test
  void seamsDoNotShow() throws Exception {
    SmearRecipe marrow = SmearRecipe.leukaemicMarrow();
    SmearRecipe coarse = new SmearRecipe(marrow.mix(), 40, 180, 10, 0.25, 869, 703);
    try (Engine engine = OnnxEngine.open(pack, 1);
        Frame frame = TestPixels.frame(new VirtualSmear(1, coarse).field(0));
        OpticalDensity field = WhiteBalance.of(frame).apply(frame)) {
      Prediction whole = new SegmentationNetwork(engine, withTile(1024, 96)).predict(field.rgb());
      Prediction tiled = new SegmentationNetwork(engine, pack.manifest()).predict(field.rgb());
      assertEquals(435, whole.width());
      assertEquals(352, whole.height());
      int other = 0;
      int stained = 0;
      for (int p = 0; p < whole.width() * whole.height(); p++) {
        int expected = strongest(whole.classes(), p);
        stained += expected != 0 ? 1 : 0;
        other += expected == strongest(tiled.classes(), p) ? 0 : 1;
      }
      assertTrue(stained > 0.03 * whole.distance().length, "cells in " + stained + " pixels");
      assertTrue(other < 0.001 * whole.distance().length, other + " pixels differ");
    }
  }

  private static int strongest(byte[] logits, int pixel) {
    int best = 0;
    for (int c = 1; c < 3; c++) {
      best = (logits[3 * pixel + c] & 0xff) > (logits[3 * pixel + best] & 0xff) ? c : best;
    }
    return best;
  }

  /** An engine that answers with its input: each output pixel must be that place of the field. */
  @ParameterizedTest
  @CsvSource({"64, 64", "65, 63", "700, 40", "513, 515", "1000, 33", "16, 1300"})
  void everyPlaceComesFromItsOwnPixels(int width, int height) throws Exception {
    byte[] rgb = TestPixels.noise(width * height * 3, 2);
    try (OpticalDensity field = TestPixels.density(rgb, width, height)) {
      Prediction seen = new SegmentationNetwork(new Echo(), withTile(256, 96)).predict(field.rgb());
      assertEquals((width + 1) / 2, seen.width());
      assertEquals((height + 1) / 2, seen.height());
      byte[] classes = new byte[seen.classes().length];
      byte[] distance = new byte[seen.distance().length];
      for (int p = 0; p < distance.length; p++) {
        int at = (p / seen.width() * 2 * width + p % seen.width() * 2) * 3;
        distance[p] = rgb[at + 1];
        System.arraycopy(rgb, at, classes, 3 * p, 3);
      }
      assertArrayEquals(classes, seen.classes());
      assertArrayEquals(distance, seen.distance());
    }
  }

  /** Beyond the field a tile is clear glass, not what the tile before left there. */
  @Test
  void paddingIsClear() throws Exception {
    byte[] dark = TestPixels.noise(256 * 256 * 3, 3);
    SegmentationNetwork network = new SegmentationNetwork(new Corner(), withTile(256, 96));
    try (OpticalDensity large = TestPixels.density(dark, 256, 256);
        OpticalDensity small = TestPixels.density(Arrays.copyOf(dark, 250 * 250 * 3), 250, 250)) {
      assertEquals(dark[dark.length - 3], network.predict(large.rgb()).classes()[0]);
      assertEquals(0, network.predict(small.rgb()).classes()[0]);
    }
  }

  /** Each output pixel is the top left one of the four input pixels it covers. */
  private static class Echo implements Engine {
    @Override
    public void run(Tensor input, List<Tensor> outputs) {
      int width = (int) input.shape()[2];
      ByteBuffer classes = outputs.get(0).data();
      ByteBuffer distance = outputs.get(1).data();
      for (int p = 0; p < outputs.get(1).elements(); p++) {
        int at = (p / (width / 2) * 2 * width + p % (width / 2) * 2) * 3;
        for (int c = 0; c < 3; c++) {
          classes.put(3 * p + c, input.data().get(at + c));
        }
        distance.put(p, input.data().get(at + 1));
      }
    }

    @Override
    public String describe() {
      return "echo";
    }

    @Override
    public void close() {}
  }

  /** The first output pixel is the last input pixel. */
  private static final class Corner extends Echo {
    @Override
    public void run(Tensor input, List<Tensor> outputs) {
      outputs.get(0).data().put(0, input.data().get(input.elements() - 3));
    }
  }
}
