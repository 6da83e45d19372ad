package org.kronocyte.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.kronocyte.image.Box;

class CellRegionsTest {
  private static final int WIDTH = 40;
  private static final int HEIGHT = 30;

  private final byte[] classes = new byte[WIDTH * HEIGHT];
  private final int[] labels = new int[WIDTH * HEIGHT];

  private void paint(int label, byte kind, int x, int y, int width, int height) {
    for (int v = y; v < y + height; v++) {
      for (int u = x; u < x + width; u++) {
        labels[v * WIDTH + u] = label;
        classes[v * WIDTH + u] = kind;
      }
    }
  }

  private List<CellRegions.Region> settle() {
    return new CellRegions(WIDTH, classes, labels, 1).settle();
  }

  @Test
  void measuresAndNumbersInReadingOrder() {
    paint(7, Segmentation.CYTOPLASM, 20, 10, 6, 6);
    paint(7, Segmentation.NUCLEUS, 21, 11, 4, 3);
    paint(3, Segmentation.NUCLEUS, 30, 2, 5, 5);
    paint(9, Segmentation.NUCLEUS, 2, 10, 5, 5);
    List<CellRegions.Region> regions = settle();
    assertEquals(
        List.of(new Box(30, 2, 5, 5), new Box(2, 10, 5, 5), new Box(20, 10, 6, 6)),
        regions.stream().map(CellRegions.Region::box).toList());
    assertEquals(36, regions.get(2).area);
    assertEquals(12, regions.get(2).nucleus);
    assertEquals(22.5, (double) regions.get(2).sumX / 36);
    assertEquals(12.5, (double) regions.get(2).sumY / 36);
    assertEquals(1, labels[2 * WIDTH + 30]);
    assertEquals(2, labels[10 * WIDTH + 2]);
    assertEquals(3, labels[10 * WIDTH + 20]);
  }

  @Test
  void specksGo() {
    paint(1, Segmentation.NUCLEUS, 1, 1, 4, 4);
    paint(2, Segmentation.NUCLEUS, 10, 1, 4, 5);
    assertEquals(1, settle().size());
    assertEquals(0, labels[WIDTH + 1]);
    assertEquals(1, labels[WIDTH + 10]);
  }

  @Test
  void aPieceWithoutNucleusJoinsTheNeighbourItTouchesMost() {
    paint(1, Segmentation.NUCLEUS, 5, 5, 6, 6);
    paint(2, Segmentation.CYTOPLASM, 11, 7, 3, 8);
    paint(3, Segmentation.NUCLEUS, 14, 8, 6, 7);
    List<CellRegions.Region> regions = settle();
    assertEquals(2, regions.size());
    assertEquals(new Box(11, 7, 9, 8), regions.get(1).box());
    assertEquals(42, regions.get(1).nucleus);
    assertEquals(2, labels[9 * WIDTH + 12]);
  }

  @Test
  void piecesWithoutNucleusStayApartFromEachOther() {
    paint(1, Segmentation.CYTOPLASM, 5, 5, 6, 6);
    paint(2, Segmentation.CYTOPLASM, 11, 5, 6, 6);
    List<CellRegions.Region> regions = settle();
    assertEquals(2, regions.size());
    assertTrue(regions.stream().allMatch(r -> r.nucleus == 0));
  }

  /** The end of one row is no neighbour of the beginning of the next. */
  @Test
  void rowsDoNotTouchAroundTheEdge() {
    paint(1, Segmentation.NUCLEUS, 35, 5, 5, 5);
    paint(2, Segmentation.CYTOPLASM, 0, 6, 5, 5);
    assertEquals(2, settle().size());
  }

  @Test
  void nothingIsNothing() {
    assertEquals(List.of(), settle());
    assertArrayEquals(new int[WIDTH * HEIGHT], labels);
  }

  /** A field of noise has tens of thousands of pieces; that must not take minutes. */
  @Test
  void manySpecksTakeNoTime() {
    int side = 1200;
    SplittableRandom random = new SplittableRandom(1);
    byte[] kinds = new byte[side * side];
    int[] many = new int[side * side];
    for (int i = 0; i < many.length; i++) {
      many[i] = 1 + i % side / 6 + i / side / 6 * (side / 6);
      kinds[i] = (byte) (random.nextInt(20) == 0 ? 2 : 1);
    }
    List<CellRegions.Region> regions =
        assertTimeout(Duration.ofSeconds(5), () -> new CellRegions(side, kinds, many, 1).settle());
    assertTrue(regions.size() > 1000);
  }
}
