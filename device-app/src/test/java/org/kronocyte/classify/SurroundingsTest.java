package org.kronocyte.classify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kronocyte.image.Box;
import org.kronocyte.image.Natives;
import org.kronocyte.image.PixelArena;
import org.kronocyte.image.Scale;
import org.kronocyte.segment.Segmentation;
import org.kronocyte.segment.SegmentedCell;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.imgproc.Imgproc;

class SurroundingsTest {
  private static final int SIDE = 32;
  private static final double UM_PER_PX = 0.25;
  private static final double MARGIN_UM = 1;
  private static final int WIDTH = 60;
  private static final int HEIGHT = 50;

  private final Surroundings surroundings = new Surroundings(MARGIN_UM, SIDE, UM_PER_PX);

  @BeforeAll
  static void load() throws Exception {
    Natives.load();
  }

  /** A field at the model's scale with cell 1 in the middle and its neighbour 2. */
  private static Segmentation field(int inputWidth, int inputHeight) {
    int[] labels = new int[WIDTH * HEIGHT];
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        if (Math.hypot(x - WIDTH / 2.0, y - HEIGHT / 2.0) < 6) {
          labels[y * WIDTH + x] = 1;
        } else if (Math.hypot(x - WIDTH / 2.0 - 12, y - HEIGHT / 2.0) < 6) {
          labels[y * WIDTH + x] = 2;
        }
      }
    }
    return new Segmentation(WIDTH, HEIGHT, inputWidth, inputHeight, labels, List.of(), null);
  }

  private static SegmentedCell cell(int id, Box box) {
    return new SegmentedCell(id, box, 0, 0, 90, 50, 1, 1, OptionalDouble.empty(), false);
  }

  private static final SegmentedCell MIDDLE = cell(1, new Box(25, 20, 11, 11));

  private Optional<byte[]> visible(Segmentation field, SegmentedCell cell, double x, double y) {
    double umPerPx = UM_PER_PX * WIDTH / field.inputWidth();
    return surroundings
        .visible(field, cell, x, y, Scale.configured(umPerPx))
        .map(mask -> mask.clone());
  }

  /** The oracle: a pixel stays if any pixel of the cell is within the margin. */
  @Test
  void staysVisibleWithinTheMarginOfTheCellOnly() {
    Segmentation field = field(WIDTH, HEIGHT);
    byte[] visible = visible(field, MIDDLE, 30, 25).orElseThrow();
    int hidden = 0;
    for (int v = 0; v < SIDE; v++) {
      for (int u = 0; u < SIDE; u++) {
        double nearest = Double.MAX_VALUE;
        for (int y = 0; y < HEIGHT; y++) {
          for (int x = 0; x < WIDTH; x++) {
            if (field.labels()[y * WIDTH + x] == 1) {
              nearest = Math.min(nearest, Math.hypot(x - (u + 30 - 16), y - (v + 25 - 16)));
            }
          }
        }
        boolean shown = visible[v * SIDE + u] != 0;
        // The distance in steps is within a few hundredths of the true one.
        if (Math.abs(nearest - 4.5) > 0.1) {
          assertEquals(nearest < 4.5, shown, u + "," + v + " is " + nearest + " px away");
        }
        hidden += shown ? 0 : 1;
      }
    }
    assertTrue(hidden > 100, "hidden " + hidden);
  }

  /** Training measured with OpenCV's distances; whatever the shape, the same pixels stay. */
  @Test
  void hidesWhatTrainingHid() {
    SplittableRandom random = new SplittableRandom(8);
    for (int n = 0; n < 100; n++) {
      int[] labels = new int[WIDTH * HEIGHT];
      for (int blob = 0; blob < 4; blob++) {
        int x0 = random.nextInt(20, 40);
        int y0 = random.nextInt(15, 35);
        for (int i = 0; i < 30; i++) {
          labels[(y0 + random.nextInt(7)) * WIDTH + x0 + random.nextInt(9)] = 1;
        }
      }
      int left = random.nextInt(0, 25);
      int top = random.nextInt(0, 18);
      Segmentation field = new Segmentation(WIDTH, HEIGHT, WIDTH, HEIGHT, labels, List.of(), null);
      double marginUm = random.nextInt(0, 13) / 8.0;
      byte[] visible =
          new Surroundings(marginUm, SIDE, UM_PER_PX)
              .visible(
                  field,
                  cell(1, new Box(20, 15, 29, 27)),
                  left + SIDE / 2.0,
                  top + SIDE / 2.0,
                  Scale.configured(UM_PER_PX))
              .orElseThrow();
      assertArrayEquals(
          byDistance(labels, left, top, marginUm / UM_PER_PX + 0.5),
          visible,
          "margin " + marginUm + " at " + left + "," + top);
    }
  }

  private static byte[] byDistance(int[] labels, int left, int top, double most) {
    byte[] outside = new byte[SIDE * SIDE];
    for (int i = 0; i < outside.length; i++) {
      int label = labels[(top + i / SIDE) * WIDTH + left + i % SIDE];
      outside[i] = (byte) (label == 1 ? 0 : 1);
    }
    float[] away = new float[outside.length];
    try (PixelArena arena = new PixelArena()) {
      Mat mask = arena.mat(SIDE, SIDE, CvType.CV_8UC1);
      mask.put(0, 0, outside);
      Mat distance = arena.mat();
      Imgproc.distanceTransform(mask, distance, Imgproc.DIST_L2, Imgproc.DIST_MASK_5);
      distance.get(0, 0, away);
    }
    byte[] visible = new byte[outside.length];
    for (int i = 0; i < visible.length; i++) {
      visible[i] = (byte) (away[i] > most ? 0 : 1);
    }
    return visible;
  }

  @Test
  void aCellThatIsNotThereHidesNothing() {
    assertEquals(Optional.empty(), visible(field(WIDTH, HEIGHT), cell(3, MIDDLE.bbox()), 30, 25));
  }

  /** A field photographed twice as finely shows the same crop. */
  @Test
  void inputPixelsAreNotModelPixels() {
    SegmentedCell larger = cell(1, new Box(50, 40, 22, 22));
    assertArrayEquals(
        visible(field(WIDTH, HEIGHT), MIDDLE, 30, 25).orElseThrow(),
        visible(field(2 * WIDTH, 2 * HEIGHT), larger, 60, 50).orElseThrow());
  }

  /** Wherever the crop lies, what it shows moves with it. */
  @Test
  void aCropOverTheFieldsEdgeIsRead() {
    SplittableRandom random = new SplittableRandom(3);
    Segmentation field = field(WIDTH, HEIGHT);
    byte[] centred = visible(field, MIDDLE, 30, 25).orElseThrow();
    for (int i = 0; i < 50; i++) {
      int x = random.nextInt(-20, 80);
      int y = random.nextInt(-20, 70);
      Optional<byte[]> visible = visible(field, MIDDLE, x, y);
      boolean near = Math.abs(x - 30) < 8 && Math.abs(y - 25) < 8;
      assertTrue(visible.isPresent() || !near, x + "," + y);
      for (int at = 0; near && at < SIDE * SIDE; at++) {
        int u = at % SIDE + x - 30;
        int v = at / SIDE + y - 25;
        boolean both = u >= 0 && v >= 0 && u < SIDE && v < SIDE;
        if (both) {
          assertEquals(centred[v * SIDE + u], visible.orElseThrow()[at], x + "," + y);
        }
      }
    }
  }
}
