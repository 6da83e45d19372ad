package org.kronocyte.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FineLabelsTest {
  private static int[] all(
      int[] coarse, int coarseWidth, int coarseHeight, byte[] classes, int width) {
    int[] fine = new int[classes.length];
    for (int i = 0; i < fine.length; i++) {
      if (classes[i] != Segmentation.BACKGROUND) {
        fine[i] = FineLabels.of(coarse, coarseWidth, coarseHeight, i % width, i / width);
      }
    }
    return fine;
  }

  @Test
  void aPixelTakesItsOwnCoarseLabelElseThatOfTheNeighbourOnItsSide() {
    int[] coarse = {1, 0, 2};
    byte[] classes = {1, 1, 1, 1, 1, 1};
    assertArrayEquals(new int[] {1, 1, 1, 2, 2, 2}, all(coarse, 3, 1, classes, 6));
  }

  @Test
  void backgroundStaysUnlabelledAndFarPixelsToo() {
    int[] coarse = {3, 0, 0, 0};
    byte[] classes = {1, 0, 2, 1, 1, 1, 1};
    assertArrayEquals(new int[] {3, 0, 3, 3, 0, 0, 0}, all(coarse, 4, 1, classes, 7));
  }

  /**
   * Every label is that of one of the nine coarse pixels around, and none is left out needlessly.
   */
  @Test
  void labelsComeFromTheNeighbourhood() {
    Random random = new Random(5);
    int coarseWidth = 9;
    int coarseHeight = 8;
    int width = 17;
    int height = 15;
    int[] coarse = new int[coarseWidth * coarseHeight];
    for (int i = 0; i < coarse.length; i++) {
      coarse[i] = random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 0;
    }
    byte[] classes = new byte[width * height];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = (byte) random.nextInt(3);
    }
    int[] fine = all(coarse, coarseWidth, coarseHeight, classes, width);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        Set<Integer> around = new HashSet<>();
        for (int v = Math.max(0, y / 2 - 1); v <= Math.min(coarseHeight - 1, y / 2 + 1); v++) {
          for (int u = Math.max(0, x / 2 - 1); u <= Math.min(coarseWidth - 1, x / 2 + 1); u++) {
            around.add(coarse[v * coarseWidth + u]);
          }
        }
        around.remove(0);
        int label = fine[y * width + x];
        if (classes[y * width + x] == 0 || around.isEmpty()) {
          assertEquals(0, label);
        } else {
          assertTrue(around.contains(label), label + " at " + x + "," + y);
        }
        int own = coarse[y / 2 * coarseWidth + x / 2];
        assertTrue(classes[y * width + x] == 0 || own == 0 || label == own);
      }
    }
  }
}
