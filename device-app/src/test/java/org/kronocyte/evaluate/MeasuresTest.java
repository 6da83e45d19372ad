package org.kronocyte.evaluate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kronocyte.image.Box;
import org.kronocyte.image.Natives;

/** Every measure against a slow and obvious way to get it, and on cases small enough to count. */
class MeasuresTest {
  private static final int WIDTH = 37;
  private static final int HEIGHT = 29;

  @BeforeAll
  static void load() throws Exception {
    Natives.load();
  }

  /** A few overlapping discs: numbers of discs, or a mask with a nucleus in each. */
  private static int[] discs(Random random, int count) {
    int[] labels = new int[WIDTH * HEIGHT];
    for (int n = 1; n <= count; n++) {
      double cx = random.nextDouble() * WIDTH;
      double cy = random.nextDouble() * HEIGHT;
      double r = 2 + random.nextDouble() * 5;
      for (int i = 0; i < labels.length; i++) {
        if (Math.hypot(i % WIDTH - cx, row(i) - cy) <= r) {
          labels[i] = n;
        }
      }
    }
    return labels;
  }

  private static int row(int i) {
    return i / WIDTH;
  }

  private static byte[] mask(Random random) {
    int[] labels = discs(random, 4);
    byte[] mask = new byte[labels.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = (byte) (labels[i] == 0 ? 0 : 1 + labels[i] % 2);
    }
    return mask;
  }

  private static Instances instances(int[] labels, int most) {
    int[] areas = new int[most + 1];
    for (int label : labels) {
      areas[label] += label > 0 ? 1 : 0;
    }
    return new Instances(WIDTH, labels, areas);
  }

  private static Set<Integer> pixels(int[] labels, int number) {
    Set<Integer> out = new HashSet<>();
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] == number) {
        out.add(i);
      }
    }
    return out;
  }

  private static int shared(Set<Integer> a, Set<Integer> b) {
    Set<Integer> both = new HashSet<>(a);
    both.retainAll(b);
    return both.size();
  }

  private static double iou(Set<Integer> a, Set<Integer> b) {
    Set<Integer> all = new HashSet<>(a);
    all.addAll(b);
    return all.isEmpty() ? 0 : (double) shared(a, b) / all.size();
  }

  private static void assertValue(double expected, OptionalDouble found) {
    assertEquals(expected, found.orElseThrow(), 1e-9);
  }

  @Test
  void diceIsTwiceTheSharedPixelsOverBoth() {
    Random random = new Random(1);
    for (int round = 0; round < 20; round++) {
      byte[] truth = mask(random);
      byte[] found = mask(random);
      for (int from = 1; from <= 2; from++) {
        Set<Integer> a = new HashSet<>();
        Set<Integer> b = new HashSet<>();
        for (int i = 0; i < truth.length; i++) {
          if (truth[i] >= from) {
            a.add(i);
          }
          if (found[i] >= from) {
            b.add(i);
          }
        }
        assertValue(
            2.0 * shared(a, b) / (a.size() + b.size()), DiceTally.of(truth, found, from).value());
      }
    }
    assertTrue(DiceTally.of(new byte[4], new byte[4], 1).value().isEmpty());
  }

  @Test
  void boundariesArePairedWithinTheTolerance() {
    Random random = new Random(2);
    for (int round = 0; round < 20; round++) {
      byte[] truth = mask(random);
      byte[] found = mask(random);
      double tolerance = 1 + round % 4 * 0.8;
      List<Integer> a = boundary(truth);
      List<Integer> b = boundary(found);
      double recall = (double) near(a, b, tolerance) / a.size();
      double precision = (double) near(b, a, tolerance) / b.size();
      assertValue(
          recall + precision == 0 ? 0 : 2 * recall * precision / (recall + precision),
          BoundaryTally.of(truth, found, WIDTH, 1, tolerance).value());
    }
    byte[] full = new byte[WIDTH * HEIGHT];
    Arrays.fill(full, (byte) 1);
    assertTrue(BoundaryTally.of(full, full, WIDTH, 1, 2).value().isEmpty(), "a border is no edge");
    assertEquals(2, BoundaryTally.tolerancePx(0.2));
    assertEquals(5, BoundaryTally.tolerancePx(0.05), 1e-12);
  }

  private static List<Integer> boundary(byte[] mask) {
    List<Integer> out = new ArrayList<>();
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        boolean edge = false;
        for (int[] step : new int[][] {{1, 0}, {-1, 0}, {0, 1}, {0, -1}}) {
          int u = x + step[0];
          int v = y + step[1];
          if (u >= 0 && v >= 0 && u < WIDTH && v < HEIGHT) {
            edge |= mask[v * WIDTH + u] == 0;
          }
        }
        if (edge && mask[y * WIDTH + x] != 0) {
          out.add(y * WIDTH + x);
        }
      }
    }
    return out;
  }

  private static int near(List<Integer> of, List<Integer> to, double tolerance) {
    int n = 0;
    for (int i : of) {
      n +=
          to.stream()
                  .anyMatch(
                      j -> Math.hypot(i % WIDTH - j % WIDTH, row(i) - row(j)) <= tolerance + 1e-4)
              ? 1
              : 0;
    }
    return n;
  }

  @Test
  void cellsAreScoredAsTheirSetsOfPixelsSay() {
    Random random = new Random(3);
    int matched = 0;
    for (int round = 0; round < 200; round++) {
      int[] a = discs(random, 4);
      int[] b = random.nextBoolean() ? discs(random, 5) : shifted(a, random.nextInt(3));
      boolean[] accepted = new boolean[6];
      for (int f = 1; f < accepted.length; f++) {
        accepted[f] = random.nextInt(4) > 0;
      }
      CellTally tally = CellTally.of(instances(a, 4), instances(b, 5), accepted);
      assertOracle(a, b, accepted, tally);
      matched += tally.matched();
    }
    assertTrue(matched > 100, "pairs to tell: " + matched);
  }

  private static int[] shifted(int[] labels, int by) {
    int[] out = new int[labels.length];
    System.arraycopy(labels, 0, out, by, labels.length - by);
    return out;
  }

  private static void assertOracle(int[] a, int[] b, boolean[] accepted, CellTally tally) {
    List<Set<Integer>> truth = new ArrayList<>();
    List<Set<Integer>> found = new ArrayList<>();
    List<Boolean> counts = new ArrayList<>();
    for (int t = 1; t <= 4; t++) {
      truth.add(pixels(a, t));
    }
    for (int f = 1; f <= 5; f++) {
      found.add(pixels(b, f));
      counts.add(accepted[f] && !found.get(f - 1).isEmpty());
    }
    int cells = (int) truth.stream().filter(t -> !t.isEmpty()).count();
    // Over one half, at most one partner is possible, whatever the order.
    Set<Integer> used = new HashSet<>();
    Set<Integer> fitting = new HashSet<>();
    double iouSum = 0;
    int matched = 0;
    double shared = 0;
    double all = 0;
    for (Set<Integer> t : truth) {
      int best = -1;
      for (int f = 0; f < found.size(); f++) {
        double iou = iou(t, found.get(f));
        if (iou >= 0.5 && used.add(f)) {
          matched++;
          iouSum += iou;
        }
        if (iou > 0 && (best < 0 || iou > iou(t, found.get(best)))) {
          best = f;
        }
      }
      fitting.add(best);
      Set<Integer> union = new HashSet<>(t);
      if (best >= 0) {
        union.addAll(found.get(best));
        shared += shared(t, found.get(best));
      }
      all += union.size();
    }
    int extra = 0;
    int taken = 0;
    for (int f = 0; f < found.size(); f++) {
      taken += counts.get(f) ? 1 : 0;
      extra += counts.get(f) && !used.contains(f) ? 1 : 0;
      all += counts.get(f) && !fitting.contains(f) ? found.get(f).size() : 0;
    }
    assertEquals(cells, tally.truth());
    assertEquals(matched, tally.matched());
    assertEquals(extra, tally.extra());
    assertEquals(Math.abs(taken - cells), tally.countError());
    assertValue(shared / all, tally.aggregatedJaccard());
    double missed = cells - matched;
    assertValue(matched / (matched + 0.5 * extra + 0.5 * missed), tally.f1());
    assertValue(iouSum / (matched + 0.5 * extra + 0.5 * missed), tally.panopticQuality());
  }

  @Test
  void boxesArePairedOnceBestFirst() {
    List<Box> truth = List.of(new Box(0, 0, 10, 10), new Box(100, 0, 10, 10));
    List<Box> found =
        List.of(
            new Box(0, 0, 10, 8),
            new Box(0, 0, 10, 9),
            new Box(106, 0, 10, 10),
            new Box(50, 50, 9, 9));
    CellTally tally =
        CellTally.ofBoxes(truth, found, new boolean[] {false, true, true, true, false});
    assertEquals(new CellTally(1, 2, 1, 2, 0.9, 0, 0, 1), tally);
    assertValue(0.5, tally.recall());
    assertValue(2, tally.extraPerImage());
    assertValue(0.5, tally.relativeCountError());
    assertTrue(tally.aggregatedJaccard().isEmpty());
  }

  @Test
  void fusedRegionIsFoundByTheCellsInIt() {
    int[] region = new int[WIDTH * HEIGHT];
    int[] cells = new int[region.length];
    for (int i = 0; i < 20; i++) {
      region[i] = 1;
      cells[i] = i < 9 ? 1 : i < 16 ? 2 : 0;
    }
    CellTally both = CellTally.ofRegions(instances(region, 1), instances(cells, 2));
    assertEquals(1, both.matched());
    assertEquals(16.0 / 20, both.iouSum(), 1e-12);
    // A cell that lies mostly elsewhere doesn't help.
    for (int i = 20; i < 40; i++) {
      cells[i] = 1;
    }
    assertEquals(0, CellTally.ofRegions(instances(region, 1), instances(cells, 2)).matched());
  }

  @Test
  void talliesAddUp() {
    Random random = new Random(4);
    CellTally sum = CellTally.NONE;
    TreeMap<String, Integer> expected = new TreeMap<>();
    for (int i = 0; i < 5; i++) {
      CellTally one =
          CellTally.of(
              instances(discs(random, 3), 3), instances(discs(random, 3), 3), new boolean[0]);
      sum = sum.plus(one);
      expected.merge("truth", one.truth(), Integer::sum);
      expected.merge("extra", one.extra(), Integer::sum);
    }
    assertEquals(5, sum.images());
    assertEquals(expected.get("truth"), sum.truth());
    assertEquals(expected.get("extra"), sum.extra());
  }

  @Test
  void touchingCellsArePartedByTheirBoxes() {
    Random random = new Random(5);
    for (int round = 0; round < 20; round++) {
      byte[] mask = mask(random);
      List<Box> boxes = new ArrayList<>();
      for (int n = 0; n < 3; n++) {
        boxes.add(
            new Box(
                random.nextInt(WIDTH - 12),
                random.nextInt(HEIGHT - 12),
                5 + random.nextInt(12),
                5 + random.nextInt(12)));
      }
      int[] expected = new int[mask.length];
      int pieces = 0;
      for (int i = 0; i < mask.length; i++) {
        if (mask[i] != 0) {
          expected[i] = nearest(boxes, i % WIDTH, i / WIDTH);
        }
      }
      for (int i = 0; i < mask.length; i++) {
        if (mask[i] != 0 && expected[i] == 0) {
          spread(mask, expected, i, 4 + pieces++);
        }
      }
      Instances found = Instances.of(mask, WIDTH, boxes, 1);
      assertArrayEquals(expected, found.labels());
      assertEquals(3 + pieces, found.most());
      for (int n = 1; n <= found.most(); n++) {
        assertEquals(pixels(expected, n).size(), found.areas()[n]);
      }
    }
  }

  private static int nearest(List<Box> boxes, int x, int y) {
    int best = 0;
    double least = Double.MAX_VALUE;
    for (int b = 0; b < boxes.size(); b++) {
      Box box = boxes.get(b);
      boolean inside =
          x >= box.x() && y >= box.y() && x < box.x() + box.width() && y < box.y() + box.height();
      double u = (x + 0.5 - box.x() - box.width() / 2.0) / (box.width() / 2.0);
      double v = (y + 0.5 - box.y() - box.height() / 2.0) / (box.height() / 2.0);
      if (inside && u * u + v * v < least - 1e-12) {
        least = u * u + v * v;
        best = b + 1;
      }
    }
    return best;
  }

  private static void spread(byte[] mask, int[] labels, int from, int number) {
    labels[from] = number;
    boolean grown = true;
    while (grown) {
      grown = false;
      for (int i = 0; i < labels.length; i++) {
        for (int j = 0; labels[i] == number && j < labels.length; j++) {
          boolean beside =
              Math.abs(i % WIDTH - j % WIDTH) <= 1 && Math.abs(i / WIDTH - j / WIDTH) <= 1;
          if (beside && mask[j] != 0 && labels[j] == 0) {
            labels[j] = number;
            grown = true;
          }
        }
      }
    }
  }

  @Test
  void specksAreNoCellsAndTheMiddleOneIsCentral() {
    byte[] mask = new byte[WIDTH * HEIGHT];
    mask[0] = 1;
    for (int y = 2; y < 8; y++) {
      for (int x = 2; x < 8; x++) {
        mask[y * WIDTH + x] = 1;
        mask[(y + 10) * WIDTH + x + 14] = 2;
      }
    }
    Instances cells = Instances.of(mask, WIDTH, List.of(), 5);
    assertEquals(2, cells.most());
    assertEquals(0, cells.labels()[0]);
    assertEquals(2, cells.central());
    assertEquals(0, Instances.of(new byte[4], 2, List.of(), 1).central());
  }
}
