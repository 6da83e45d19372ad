package org.kronocyte.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kronocyte.image.Box;
import org.kronocyte.image.TestPixels;

class NucleusContrastTest {
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
            .filter(i -> labels[i] == 0 && i / width % 4 == 0)
            .map(i -> rgb[3 * i + 1] & 0xff)
            .filter(v -> v > 17)
            .sorted()
            .toArray();
    double median = stained[(stained.length - 1) / 2];
    byte[] green = green(rgb);
    List<CellOutline> cells = outlines(labels, kinds, width);
    NucleusContrast seen = NucleusContrast.of(green, width, cells);
    assertEquals(3, cells.size());
    for (CellOutline outline : cells) {
      double mean =
          IntStream.range(0, labels.length)
              .filter(i -> labels[i] == outline.id() && kinds[i] == Segmentation.NUCLEUS)
              .map(i -> green[i] & 0xff)
              .average()
              .orElseThrow();
      assertEquals(mean / median, seen.of(measured(outline, green, width)).orElseThrow(), 1e-9);
    }
  }

  private static byte[] green(byte[] rgb) {
    byte[] green = new byte[rgb.length / 3];
    for (int i = 0; i < green.length; i++) {
      green[i] = rgb[3 * i + 1];
    }
    return green;
  }

  private static List<CellOutline> outlines(int[] labels, byte[] kinds, int width) {
    List<CellOutline> out = new ArrayList<>();
    for (int id = 1; id <= 3; id++) {
      byte[] parts = new byte[labels.length];
      boolean any = false;
      for (int i = 0; i < parts.length; i++) {
        parts[i] = labels[i] == id ? kinds[i] : 0;
        any |= parts[i] != 0;
      }
      if (any) {
        out.add(CellOutline.of(id, new Box(0, 0, width, labels.length / width), parts));
      }
    }
    return out;
  }

  private static NucleusMeasures measured(CellOutline cell, byte[] green, int width) {
    return NucleusMeasures.of(cell, green, width, 0.25);
  }

  @Test
  void withoutRedCellsThereIsNone() {
    byte[] rgb = new byte[20 * 20 * 3];
    Arrays.fill(rgb, 0, 300, (byte) 100);
    int[] labels = new int[400];
    byte[] kinds = new byte[400];
    Arrays.fill(labels, 0, 100, 1);
    Arrays.fill(kinds, 0, 100, Segmentation.NUCLEUS);
    List<CellOutline> cells = outlines(labels, kinds, 20);
    byte[] green = green(rgb);
    NucleusContrast seen = NucleusContrast.of(green, 20, cells);
    assertTrue(seen.of(measured(cells.get(0), green, 20)).isEmpty());
  }
}
