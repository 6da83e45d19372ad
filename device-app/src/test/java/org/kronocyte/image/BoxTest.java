package org.kronocyte.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BoxTest {
  /** The slow way: count pixels. */
  @Test
  void iouCountsPixels() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 500; i++) {
      Box a = random(random);
      Box b = random(random);
      int both = 0;
      int any = 0;
      for (int y = 0; y < 32; y++) {
        for (int x = 0; x < 32; x++) {
          boolean inA = inside(a, x, y);
          boolean inB = inside(b, x, y);
          both += inA && inB ? 1 : 0;
          any += inA || inB ? 1 : 0;
        }
      }
      assertEquals((double) both / any, a.iou(b), 1e-12);
      assertEquals(a.iou(b), b.iou(a));
      assertEquals(1, a.iou(a));
    }
  }

  @Test
  void iouOfHugeBoxesDoesNotOverflow() {
    Box huge = new Box(0, 0, 100_000, 100_000);
    assertEquals(0.5, huge.iou(new Box(0, 0, 50_000, 100_000)), 1e-12);
  }

  @Test
  void edgeMeansTheOutermostPixels() {
    for (int x = 0; x < 10; x++) {
      for (int y = 0; y < 8; y++) {
        boolean outermost = x == 0 || y == 0 || x == 9 || y == 7;
        assertEquals(outermost, new Box(x, y, 1, 1).touchesEdge(10, 8), x + "," + y);
      }
    }
  }

  private static Box random(SplittableRandom random) {
    int x = random.nextInt(16);
    int y = random.nextInt(16);
    return new Box(x, y, 1 + random.nextInt(16), 1 + random.nextInt(16));
  }

  private static boolean inside(Box box, int x, int y) {
    return x >= box.x() && x < box.x() + box.width() && y >= box.y() && y < box.y() + box.height();
  }
}
