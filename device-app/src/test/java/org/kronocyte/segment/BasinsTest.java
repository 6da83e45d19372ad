package org.kronocyte.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BasinsTest {
  private final SplittableRandom random = new SplittableRandom(5);

  /** The slow way: each summit's dynamics by flooding the map anew at every level. */
  @Test
  void cellsAreTheSummitsThatRiseFarEnough() {
    for (int i = 0; i < 150; i++) {
      int width = 3 + random.nextInt(12);
      int height = 3 + random.nextInt(12);
      byte[] mask = mask(width * height);
      byte[] level = i % 2 == 0 ? smooth(width, height) : distinct(width, height);
      int dynamics = 1 + random.nextInt(60);
      int[] labels = Basins.split(mask, level, width, height, dynamics);
      int cells = Arrays.stream(labels).max().orElse(0);
      assertEquals(summits(mask, level, width, height, dynamics), cells, "map " + i);
      for (int p = 0; p < labels.length; p++) {
        assertEquals(mask[p] == 0, labels[p] == 0);
      }
    }
  }

  /** Counts connected sets of {level >= t} that live, from their summit down, long enough. */
  private static int summits(byte[] mask, byte[] level, int width, int height, int dynamics) {
    Set<Set<Integer>> alive = new HashSet<>();
    int count = 0;
    for (int t = 255; t >= 0; t--) {
      Set<Set<Integer>> now = components(mask, level, width, height, t);
      for (Set<Integer> component : now) {
        int[] tops =
            alive.stream()
                .filter(component::containsAll)
                .mapToInt(c -> top(c, level))
                .sorted()
                .toArray();
        // All but the highest end here; a summit born in this very level rises by nothing.
        for (int k = 0; k < tops.length - 1; k++) {
          count += tops[k] - t >= dynamics ? 1 : 0;
        }
      }
      alive = now;
    }
    return count + alive.size();
  }

  private static int top(Set<Integer> pixels, byte[] level) {
    return pixels.stream().mapToInt(p -> level[p] & 0xff).max().orElseThrow();
  }

  private static Set<Set<Integer>> components(
      byte[] mask, byte[] level, int width, int height, int threshold) {
    Set<Set<Integer>> out = new HashSet<>();
    boolean[] seen = new boolean[mask.length];
    for (int start = 0; start < mask.length; start++) {
      if (seen[start] || mask[start] == 0 || (level[start] & 0xff) < threshold) {
        continue;
      }
      Set<Integer> component = new TreeSet<>();
      Deque<Integer> open = new ArrayDeque<>();
      open.push(start);
      seen[start] = true;
      while (!open.isEmpty()) {
        int pixel = open.pop();
        component.add(pixel);
        for (int next : neighbours(pixel, width, height)) {
          if (!seen[next] && mask[next] != 0 && (level[next] & 0xff) >= threshold) {
            seen[next] = true;
            open.push(next);
          }
        }
      }
      out.add(component);
    }
    return out;
  }

  private static int[] neighbours(int pixel, int width, int height) {
    int x = pixel % width;
    int y = pixel / width;
    return IntStream.range(0, 9)
        .filter(k -> k != 4)
        .filter(k -> x + k % 3 - 1 >= 0 && x + k % 3 - 1 < width)
        .filter(k -> y + k / 3 - 1 >= 0 && y + k / 3 - 1 < height)
        .map(k -> (y + k / 3 - 1) * width + x + k % 3 - 1)
        .toArray();
  }

  /** Where no two pixels are equally high the partition is unique: relabel naively and compare. */
  @Test
  void partitionIsThatOfTheDefinition() {
    for (int i = 0; i < 200; i++) {
      byte[] mask = mask(256);
      byte[] level = distinct(16, 16);
      int dynamics = 1 + random.nextInt(100);
      int[] seen = Basins.split(mask, level, 16, 16, dynamics);
      assertArrayEquals(inReadingOrder(byDefinition(mask, level, dynamics)), seen, "map " + i);
    }
  }

  /** 16 x 16; a basin's name is the place of its summit. */
  private static int[] byDefinition(byte[] mask, byte[] level, int dynamics) {
    int[] label = new int[256];
    Arrays.fill(label, -1);
    IntStream.range(0, 256)
        .filter(p -> mask[p] != 0)
        .boxed()
        .sorted(Comparator.comparing((Integer p) -> -(level[p] & 0xff)))
        .forEach(
            p -> {
              int[] basins =
                  Arrays.stream(neighbours(p, 16, 16))
                      .map(q -> label[q])
                      .filter(b -> b >= 0)
                      .distinct()
                      .toArray();
              int highest = p;
              for (int b : basins) {
                highest = (level[b] & 0xff) > (level[highest] & 0xff) ? b : highest;
              }
              label[p] = highest;
              for (int b : basins) {
                if ((level[b] & 0xff) - (level[p] & 0xff) < dynamics) {
                  for (int q = 0; q < 256; q++) {
                    label[q] = label[q] == b ? highest : label[q];
                  }
                }
              }
            });
    return label;
  }

  private static int[] inReadingOrder(int[] label) {
    int[] number = new int[label.length];
    int[] out = new int[label.length];
    int next = 1;
    for (int p = 0; p < label.length; p++) {
      if (label[p] >= 0) {
        if (number[label[p]] == 0) {
          number[label[p]] = next++;
        }
        out[p] = number[label[p]];
      }
    }
    return out;
  }

  @Test
  void aMirroredMapHasTheMirroredCells() {
    for (int i = 0; i < 100; i++) {
      byte[] mask = mask(256);
      byte[] level = distinct(16, 16);
      int[] straight = Basins.split(mask, level, 16, 16, 40);
      int[] mirrored = Basins.split(mirror(mask), mirror(level), 16, 16, 40);
      int[] back = new int[256];
      for (int p = 0; p < 256; p++) {
        back[p] = mirrored[p / 16 * 16 + 15 - p % 16] - 1;
      }
      assertArrayEquals(straight, inReadingOrder(back), "map " + i);
    }
  }

  private static byte[] mirror(byte[] values) {
    byte[] out = new byte[256];
    for (int p = 0; p < 256; p++) {
      out[p] = values[p / 16 * 16 + 15 - p % 16];
    }
    return out;
  }

  @Test
  void twoTouchingDomesAreTwoCellsAndANotchIsNone() {
    int width = 60;
    byte[] mask = new byte[width * 30];
    byte[] level = new byte[mask.length];
    for (int p = 0; p < mask.length; p++) {
      int x = p % width;
      int y = p / width;
      double left = Math.hypot(x - 18, y - 15);
      double right = Math.hypot(x - 41, y - 15);
      double near = Math.min(left, right);
      mask[p] = (byte) (near < 13 ? 1 : 0);
      level[p] = (byte) Math.max(0, 255 * (1 - near / 13));
    }
    int[] labels = Basins.split(mask, level, width, 30, 64);
    assertEquals(2, Arrays.stream(labels).max().orElseThrow());
    assertEquals(1, labels[15 * width + 10]);
    assertEquals(2, labels[15 * width + 50]);
    assertEquals(1, Arrays.stream(Basins.split(mask, level, width, 30, 256)).max().orElseThrow());
  }

  @Test
  void anEmptyMaskHasNoCells() {
    assertArrayEquals(new int[12], Basins.split(new byte[12], new byte[12], 4, 3, 1));
  }

  private byte[] mask(int pixels) {
    byte[] out = new byte[pixels];
    for (int p = 0; p < pixels; p++) {
      out[p] = (byte) (random.nextInt(8) > 0 ? 1 + random.nextInt(2) : 0);
    }
    return out;
  }

  /** Every pixel another height; at most 256 pixels. */
  private byte[] distinct(int width, int height) {
    int[] heights = IntStream.range(0, 256).toArray();
    for (int k = 255; k > 0; k--) {
      int other = random.nextInt(k + 1);
      int swap = heights[k];
      heights[k] = heights[other];
      heights[other] = swap;
    }
    byte[] out = new byte[width * height];
    for (int p = 0; p < out.length; p++) {
      out[p] = (byte) heights[p];
    }
    return out;
  }

  /** Few heights and wide plateaus. */
  private byte[] smooth(int width, int height) {
    byte[] out = new byte[width * height];
    for (int p = 0; p < out.length; p++) {
      out[p] = (byte) (30 * random.nextInt(9));
    }
    return out;
  }
}
