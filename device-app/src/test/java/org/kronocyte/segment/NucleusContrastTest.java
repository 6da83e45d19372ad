package org.kronocyte.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kronocyte.image.Natives;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.TestPixels;

class NucleusContrastTest {
  @BeforeAll
  static void load() throws Exception {
    Natives.load();
  }

  /** The slow way: sort the red cells' densities, average each nucleus. */
  @Test
  void isTheMeanNucleusOverTheMedianRedCell() {
    int width = 60;
    byte[] rgb = TestPixels.noise(width * width * 3, 1);
    byte[] kinds = TestPixels.noise(width * width, 2);
    int[] labels = new int[width * width];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = Math.max(0, kinds[i] % 4);
      kinds[i] = (byte) (labels[i] == 0 ? 0 : 1 + (kinds[i] / 4) % 2);
    }
    int[] stained =
        IntStream.range(0, labels.length)
            .filter(i -> labels[i] == 0)
            .map(i -> rgb[3 * i + 1] & 0xff)
            .filter(v -> v > 17)
            .sorted()
            .toArray();
    double median = stained[(stained.length - 1) / 2];
    try (OpticalDensity field = TestPixels.density(rgb, width, width)) {
      NucleusContrast seen = NucleusContrast.of(field, kinds, labels, 3);
      for (int id = 1; id <= 3; id++) {
        int cell = id;
        double mean =
            IntStream.range(0, labels.length)
                .filter(i -> labels[i] == cell && kinds[i] == Segmentation.NUCLEUS)
                .map(i -> rgb[3 * i + 1] & 0xff)
                .average()
                .orElseThrow();
        assertEquals(mean / median, seen.of(id).orElseThrow(), 1e-9);
      }
    }
  }

  @Test
  void withoutRedCellsOrNucleusThereIsNone() {
    byte[] rgb = new byte[20 * 20 * 3];
    Arrays.fill(rgb, 0, 300, (byte) 100);
    int[] labels = new int[400];
    byte[] kinds = new byte[400];
    Arrays.fill(labels, 0, 100, 1);
    Arrays.fill(kinds, 0, 100, Segmentation.NUCLEUS);
    try (OpticalDensity field = TestPixels.density(rgb, 20, 20)) {
      assertTrue(NucleusContrast.of(field, kinds, labels, 1).of(1).isEmpty(), "no red cell");
      Arrays.fill(labels, 50, 100, 0);
      Arrays.fill(kinds, Segmentation.CYTOPLASM);
      assertTrue(NucleusContrast.of(field, kinds, labels, 1).of(1).isEmpty(), "no nucleus");
    }
  }
}
