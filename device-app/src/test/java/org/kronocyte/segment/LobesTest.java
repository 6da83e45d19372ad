package org.kronocyte.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kronocyte.image.Natives;
import org.kronocyte.image.PixelArena;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.imgproc.Imgproc;

/** The oracle is OpenCV's exact transform; counts are checked in {@code CellMeasuresTest}. */
class LobesTest {
  @BeforeAll
  static void load() throws Exception {
    Natives.load();
  }

  /** A few discs, with a hole now and then, in a border of zeros. */
  private static byte[] shape(Random random, int width, int height) {
    byte[] inside = new byte[width * height];
    for (int disc = 0; disc < 4; disc++) {
      double x0 = random.nextDouble() * width;
      double y0 = random.nextDouble() * height;
      double radius = random.nextDouble() * Math.min(width, height) / 2;
      byte value = (byte) (disc == 3 ? 0 : 1);
      for (int y = 1; y < height - 1; y++) {
        for (int x = 1; x < width - 1; x++) {
          if (Math.hypot(x - x0, y - y0) < (disc == 3 ? radius / 4 : radius)) {
            inside[y * width + x] = value;
          }
        }
      }
    }
    return inside;
  }

  private static byte[] oracle(byte[] inside, int width, int height, double stepsPerPx) {
    byte[] out = new byte[inside.length];
    try (PixelArena arena = new PixelArena()) {
      Mat mask = arena.mat(height, width, CvType.CV_8UC1);
      mask.put(0, 0, inside);
      Mat distance = arena.mat();
      Imgproc.distanceTransform(mask, distance, Imgproc.DIST_L2, Imgproc.DIST_MASK_PRECISE);
      Mat steps = arena.mat();
      distance.convertTo(steps, CvType.CV_8U, stepsPerPx);
      steps.get(0, 0, out);
    }
    return out;
  }

  @Test
  void depthIsTheExactDistance() {
    Random random = new Random(5);
    for (int round = 0; round < 300; round++) {
      int width = 3 + random.nextInt(90);
      int height = 3 + random.nextInt(90);
      byte[] inside = shape(random, width, height);
      // A quarter um a pixel makes halves that are rounded to even.
      double stepsPerPx = round % 2 == 0 ? 6.25 : 4 + 4 * random.nextDouble();
      assertArrayEquals(
          oracle(inside, width, height, stepsPerPx),
          Lobes.depth(inside, width, stepsPerPx),
          width + "x" + height + " " + stepsPerPx);
    }
  }

  /** As counted by hand from the labels. */
  @Test
  void summitsAreThoseOfTheLabels() {
    Random random = new Random(6);
    for (int round = 0; round < 200; round++) {
      int width = 3 + random.nextInt(60);
      int height = 3 + random.nextInt(60);
      byte[] inside = shape(random, width, height);
      byte[] depth = Lobes.depth(inside, width, 6.25);
      int dynamics = 1 + random.nextInt(20);
      int[] labels = Basins.split(inside, depth, width, height, dynamics);
      int least = random.nextInt(40);
      int[] deepest = new int[Arrays.stream(labels).max().orElseThrow() + 1];
      for (int i = 0; i < labels.length; i++) {
        deepest[labels[i]] = Math.max(deepest[labels[i]], depth[i] & 0xff);
      }
      long expected = Arrays.stream(deepest).skip(1).filter(d -> d >= least).count();
      assertEquals(
          expected, Basins.count(inside, depth, width, height, dynamics, least), "round " + round);
    }
  }
}
