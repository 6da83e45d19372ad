package org.kronocyte.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kronocyte.image.Box;
import org.kronocyte.image.Natives;

/** Eccentricity, lobes, density and texture against geometry and slow counts. */
class CellMeasuresTest {
  private static final int SIDE = 120;
  private static final double UM_PER_PX = 0.25;

  @BeforeAll
  static void load() throws Exception {
    Natives.load();
  }

  private static CellOutline outline(BiPredicate<Double, Double> nucleus) {
    byte[] parts = new byte[SIDE * SIDE];
    for (int i = 0; i < parts.length; i++) {
      int row = i / SIDE;
      double x = i % SIDE - 59.6;
      double y = row - 60.2;
      parts[i] = nucleus.test(x, y) ? Segmentation.NUCLEUS : 0;
    }
    return CellOutline.of(1, new Box(0, 0, SIDE, SIDE), parts);
  }

  private static NucleusMeasures measures(CellOutline cell) {
    return NucleusMeasures.of(cell, new byte[SIDE * SIDE], SIDE, UM_PER_PX);
  }

  @ParameterizedTest
  @CsvSource({"30, 30, 0", "40, 20, 0", "40, 20, 33", "50, 10, 71", "20, 19, 45"})
  void eccentricityIsThatOfTheEllipse(double a, double b, double degrees) {
    double t = Math.toRadians(degrees);
    CellOutline ellipse =
        outline(
            (x, y) ->
                Math.hypot(
                        (x * Math.cos(t) + y * Math.sin(t)) / a,
                        (y * Math.cos(t) - x * Math.sin(t)) / b)
                    < 1);
    double expected = Math.sqrt(1 - b * b / (a * a));
    assertEquals(expected * expected, Math.pow(Moments.eccentricity(ellipse), 2), 0.02);
  }

  @Test
  void lobesAreTheThickParts() {
    assertEquals(1, measures(outline((x, y) -> Math.hypot(x, y) < 14)).lobes(), "round");
    assertEquals(
        1, measures(outline((x, y) -> Math.abs(x) < 25 && Math.abs(y) < 6)).lobes(), "band");
    BiPredicate<Double, Double> two =
        (x, y) -> Math.hypot(x - 14, y) < 9 || Math.hypot(x + 14, y) < 9;
    assertEquals(2, measures(outline(two)).lobes(), "two pieces");
    BiPredicate<Double, Double> bridge = (x, y) -> Math.abs(x) < 14 && Math.abs(y) < 2;
    assertEquals(2, measures(outline(two.or(bridge))).lobes(), "two lobes and a bridge");
    BiPredicate<Double, Double> third = (x, y) -> Math.hypot(x, y - 20) < 8;
    assertEquals(3, measures(outline(two.or(bridge).or(third))).lobes(), "three");
    BiPredicate<Double, Double> shred = (x, y) -> Math.hypot(x, y - 20) < 1.2;
    assertEquals(2, measures(outline(two.or(shred))).lobes(), "a shred is no lobe");
  }

  @Test
  void densityAndTextureAreThoseOfTheNucleusPixels() {
    Random random = new Random(5);
    CellOutline cell = outline((x, y) -> Math.hypot(x, y) < 17 && !(x > 3 && y > 3));
    byte[] green = new byte[SIDE * SIDE];
    random.nextBytes(green);
    double sum = 0;
    double squares = 0;
    int n = 0;
    Map<String, Integer> pairs = new HashMap<>();
    int all = 0;
    for (int i = 0; i < green.length; i++) {
      if (!nucleus(cell, i % SIDE, i / SIDE)) {
        continue;
      }
      double od = (green[i] & 0xff) * 1.5 / 255;
      sum += od;
      squares += od * od;
      n++;
      for (int dy = -1; dy <= 1; dy++) {
        for (int dx = -1; dx <= 1; dx++) {
          int x = i % SIDE + dx;
          int y = i / SIDE + dy;
          if ((dx != 0 || dy != 0) && nucleus(cell, x, y)) {
            pairs.merge(
                (green[i] & 0xff) / 16 + ":" + (green[y * SIDE + x] & 0xff) / 16, 1, Integer::sum);
            all++;
          }
        }
      }
    }
    double entropy = 0;
    for (int count : pairs.values()) {
      double p = (double) count / all;
      entropy -= p * Math.log(p) / Math.log(2);
    }
    NucleusMeasures found = NucleusMeasures.of(cell, green, SIDE, UM_PER_PX);
    assertEquals(sum / n, found.meanOd(), 1e-9);
    assertEquals(Math.sqrt(squares / n - sum / n * (sum / n)), found.sdOd(), 1e-9);
    assertEquals(entropy, found.entropyBits(), 1e-9);
    assertTrue(entropy > 6 && entropy < 8);
    assertEquals(0, measures(cell).entropyBits(), "of an even nucleus");
  }

  private static boolean nucleus(CellOutline cell, int x, int y) {
    int u = x - cell.box().x();
    int v = y - cell.box().y();
    return u >= 0
        && v >= 0
        && u < cell.box().width()
        && v < cell.box().height()
        && cell.parts()[v * cell.box().width() + u] == Segmentation.NUCLEUS;
  }
}
