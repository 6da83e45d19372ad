package org.kronocyte.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kronocyte.image.Box;
import org.kronocyte.image.Natives;

class MaskRendererTest {
  @BeforeAll
  static void load() throws Exception {
    Natives.load();
  }

  /** Two discs with a nucleus each; only one is a cell, so only one is drawn, at any zoom. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void drawsTheCellsAndNothingElse(int zoom) {
    int width = 80;
    int height = 60;
    byte[] logits = new byte[40 * 30 * 3];
    for (int p = 0; p < 40 * 30; p++) {
      int x = 2 * (p % 40) + 1;
      int y = 2 * (p / 40) + 1;
      double r = Math.min(Math.hypot(x - 25, y - 30), Math.hypot(x - 60, y - 30));
      logits[3 * p + (r < 7 ? 2 : r < 14 ? 1 : 0)] = (byte) 200;
    }
    int[] labels = new int[width * height];
    for (int p = 0; p < labels.length; p++) {
      int x = p % width;
      int y = p / width;
      labels[p] = Math.hypot(x + 0.5 - 25, y + 0.5 - 30) < 14 ? 1 : 0;
    }
    Box box = new Box(11 * zoom, 16 * zoom, 28 * zoom, 28 * zoom);
    SegmentedCell cell =
        new SegmentedCell(
            1, box, 25 * zoom, 30 * zoom, 38, 10, 1, 1, OptionalDouble.empty(), false);
    Prediction prediction = new Prediction(40, 30, logits, new byte[40 * 30], 1);
    byte[] mask =
        MaskRenderer.mask(
            new Segmentation(
                width, height, width * zoom, height * zoom, labels, List.of(cell), prediction));
    int[] wrong = new int[1];
    for (int y = 0; y < height * zoom; y++) {
      for (int x = 0; x < width * zoom; x++) {
        double r = Math.hypot((x + 0.5) / zoom - 25, (y + 0.5) / zoom - 30);
        int expected = r < 7 ? 2 : r < 14 ? 1 : 0;
        boolean rim = Math.abs(r - 7) < 2 || Math.abs(r - 14) < 2;
        if (!rim && mask[y * width * zoom + x] != expected) {
          wrong[0]++;
        }
      }
    }
    assertEquals(0, wrong[0]);
  }
}
