package org.kronocyte.classify;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kronocyte.image.Natives;
import org.kronocyte.image.Scale;
import org.kronocyte.segment.Segmentation;

class SurroundingsTest {
  private static final int SIDE = 32;
  private static final double UM_PER_PX = 0.25;
  private static final double MARGIN_UM = 1;

  @BeforeAll
  static void load() throws Exception {
    Natives.load();
  }

  /** A field at the model's scale with cell 1 in the middle and its neighbour 2. */
  private static Segmentation field(int width, int height) {
    int[] labels = new int[width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        if (Math.hypot(x - width / 2.0, y - height / 2.0) < 6) {
          labels[y * width + x] = 1;
        } else if (Math.hypot(x - width / 2.0 - 12, y - height / 2.0) < 6) {
          labels[y * width + x] = 2;
        }
      }
    }
    return new Segmentation(width, height, width, height, labels, List.of(), null);
  }

  private static ByteBuffer grey(int crops) {
    ByteBuffer out = ByteBuffer.allocateDirect(crops * SIDE * SIDE * 3);
    for (int i = 0; i < out.capacity(); i++) {
      out.put(i, (byte) 77);
    }
    return out;
  }

  /** The oracle: a pixel stays if any pixel of the cell is within the margin. */
  @Test
  void staysVisibleWithinTheMarginOfTheCellOnly() {
    Segmentation field = field(60, 50);
    ByteBuffer crops = grey(2);
    new Surroundings(MARGIN_UM, SIDE, UM_PER_PX)
        .fade(field, 1, 30, 25, Scale.configured(UM_PER_PX), crops, 1);
    int differing = 0;
    for (int v = 0; v < SIDE; v++) {
      for (int u = 0; u < SIDE; u++) {
        double nearest = Double.MAX_VALUE;
        for (int y = 0; y < 50; y++) {
          for (int x = 0; x < 60; x++) {
            if (field.labels()[y * 60 + x] == 1) {
              nearest = Math.min(nearest, Math.hypot(x - (u + 30 - 16), y - (v + 25 - 16)));
            }
          }
        }
        boolean visible = crops.get(((SIDE + v) * SIDE + u) * 3) == 77;
        // OpenCV's 5x5 distance is within a few hundredths of the true one.
        if (Math.abs(nearest - 4.5) > 0.1) {
          assertEquals(nearest < 4.5, visible, u + "," + v + " is " + nearest + " px away");
        }
        differing += visible ? 0 : 1;
      }
    }
    assertTrue(differing > 100, "faded " + differing);
    assertEquals(77, crops.get(0), "the crop before it is left alone");
  }

  @Test
  void aCellThatIsNotThereFadesNothing() {
    ByteBuffer crops = grey(1);
    new Surroundings(MARGIN_UM, SIDE, UM_PER_PX)
        .fade(field(60, 50), 3, 30, 25, Scale.configured(UM_PER_PX), crops, 0);
    assertEquals(grey(1), crops);
  }

  /** A field photographed twice as finely shows the same crop. */
  @Test
  void inputPixelsAreNotModelPixels() {
    Segmentation coarse = field(60, 50);
    Segmentation fine = new Segmentation(60, 50, 120, 100, coarse.labels(), List.of(), null);
    ByteBuffer one = grey(1);
    ByteBuffer two = grey(1);
    Surroundings surroundings = new Surroundings(MARGIN_UM, SIDE, UM_PER_PX);
    surroundings.fade(coarse, 1, 30, 25, Scale.configured(UM_PER_PX), one, 0);
    surroundings.fade(fine, 1, 60, 50, Scale.configured(UM_PER_PX / 2), two, 0);
    assertEquals(one, two);
  }

  @Test
  void aCropOverTheFieldsEdgeIsRead() {
    Random random = new Random(3);
    Surroundings surroundings = new Surroundings(MARGIN_UM, SIDE, UM_PER_PX);
    for (int i = 0; i < 50; i++) {
      ByteBuffer crops = grey(1);
      double x = random.nextInt(-20, 80);
      double y = random.nextInt(-20, 70);
      assertDoesNotThrow(
          () -> surroundings.fade(field(60, 50), 1, x, y, Scale.configured(UM_PER_PX), crops, 0));
    }
  }
}
