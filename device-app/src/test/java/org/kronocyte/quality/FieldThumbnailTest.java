package org.kronocyte.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FieldThumbnailTest {
  private static final int SIZE = FieldThumbnail.WIDTH * FieldThumbnail.HEIGHT;

  private static FieldThumbnail random(long seed) {
    return new FieldThumbnail(new SplittableRandom(seed).ints(SIZE, 0, 256).toArray());
  }

  @Test
  void isLikeItself() {
    assertEquals(1, random(1).likeness(random(1)), 1e-12);
    assertTrue(random(1).likeness(random(2)) < 0.2);
  }

  @Test
  void brightnessAndContrastDoNotMatter() {
    FieldThumbnail a = random(3);
    int[] dimmer = Arrays.stream(a.values()).map(v -> v / 2 + 40).toArray();
    assertTrue(a.likeness(new FieldThumbnail(dimmer)) > 0.999);
  }

  @Test
  void smallShiftsAreFoundInEveryDirection() {
    int[] wide = new SplittableRandom(4).ints(60 * 60, 0, 256).toArray();
    FieldThumbnail still = window(wide, 10, 10);
    for (int dy = -4; dy <= 4; dy++) {
      for (int dx = -4; dx <= 4; dx++) {
        double likeness = still.likeness(window(wide, 10 + dx, 10 + dy));
        boolean near = Math.max(Math.abs(dx), Math.abs(dy)) <= 3;
        assertEquals(near, likeness > 0.999, dx + "," + dy + ": " + likeness);
        assertEquals(likeness, window(wide, 10 + dx, 10 + dy).likeness(still), 1e-12);
      }
    }
  }

  /** The slow way: Pearson's coefficient of the pixels both see, at the best of all shifts. */
  @Test
  void likenessIsTheBestCorrelation() {
    int[] dark = random(6).values();
    int[] bright = Arrays.stream(random(7).values()).map(v -> 255 - v / 4).toArray();
    double best = -1;
    for (int dy = -3; dy <= 3; dy++) {
      for (int dx = -3; dx <= 3; dx++) {
        best = Math.max(best, correlation(dark, bright, dx, dy));
      }
    }
    assertEquals(best, new FieldThumbnail(dark).likeness(new FieldThumbnail(bright)), 1e-9);
  }

  private static double correlation(int[] a, int[] b, int dx, int dy) {
    List<double[]> pairs = new ArrayList<>();
    for (int i = 0; i < SIZE; i++) {
      int x = i % FieldThumbnail.WIDTH - dx;
      int y = i / FieldThumbnail.WIDTH - dy;
      if (x >= 0 && y >= 0 && x < FieldThumbnail.WIDTH && y < FieldThumbnail.HEIGHT) {
        pairs.add(new double[] {a[i], b[y * FieldThumbnail.WIDTH + x]});
      }
    }
    double meanA = pairs.stream().mapToDouble(p -> p[0]).average().orElseThrow();
    double meanB = pairs.stream().mapToDouble(p -> p[1]).average().orElseThrow();
    double ab = pairs.stream().mapToDouble(p -> (p[0] - meanA) * (p[1] - meanB)).sum();
    double aa = pairs.stream().mapToDouble(p -> (p[0] - meanA) * (p[0] - meanA)).sum();
    double bb = pairs.stream().mapToDouble(p -> (p[1] - meanB) * (p[1] - meanB)).sum();
    return ab / Math.sqrt(aa * bb);
  }

  private static FieldThumbnail window(int[] wide, int left, int top) {
    int[] values = new int[SIZE];
    for (int i = 0; i < SIZE; i++) {
      int x = i % FieldThumbnail.WIDTH + left;
      int y = i / FieldThumbnail.WIDTH + top;
      values[i] = wide[y * 60 + x];
    }
    return new FieldThumbnail(values);
  }

  @Test
  void flatFieldsAreLikeNothing() {
    FieldThumbnail flat = new FieldThumbnail(new int[SIZE]);
    assertEquals(0, flat.likeness(flat));
    assertEquals(0, flat.likeness(random(5)));
  }

  @Test
  void shareCountsPixelsAbove() {
    int[] values = new int[SIZE];
    Arrays.fill(values, 0, SIZE / 4, 18);
    Arrays.fill(values, SIZE / 4, SIZE / 2, 17);
    assertEquals(0.25, new FieldThumbnail(values).shareAbove(17), 1e-12);
  }
}
