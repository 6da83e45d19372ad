package org.kronocyte.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kronocyte.image.Box;

/** Digital shapes against the geometry of the shapes they are drawn from. */
class MorphologyTest {
  private static final int SIDE = 140;

  /** A shape drawn around the middle of a square image. */
  private record Drawn(Morphology shape, int area) {
    static Drawn of(BiPredicate<Double, Double> inside) {
      byte[] pixels = new byte[SIDE * SIDE];
      int area = 0;
      for (int p = 0; p < pixels.length; p++) {
        int x = p % SIDE;
        int y = p / SIDE;
        if (inside.test(x - 69.7, y - 70.1)) {
          pixels[p] = 1;
          area++;
        }
      }
      return new Drawn(Morphology.of(pixels, new Box(3, 5, SIDE, SIDE)), area);
    }

    double circularity() {
      return shape.circularity(area);
    }

    double solidity() {
      return shape.solidity(area);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {8, 12.5, 20, 33.3, 60})
  void disc(double radius) {
    Drawn disc = Drawn.of((x, y) -> Math.hypot(x, y) < radius);
    assertEquals(2 * Math.PI * radius, disc.shape().perimeterPx(), 0.03 * 2 * Math.PI * radius);
    assertEquals(Math.PI * radius * radius, disc.shape().hullAreaPx(), 0.04 * disc.area());
    assertTrue(disc.circularity() > 0.95, "circularity " + disc.circularity());
    assertTrue(disc.solidity() > 0.96, "solidity " + disc.solidity());
  }

  @ParameterizedTest
  @CsvSource({"50, 25, 0", "50, 25, 30", "60, 20, 45", "40, 30, 77", "60, 15, 10"})
  void ellipse(double a, double b, double degrees) {
    double t = Math.toRadians(degrees);
    Drawn ellipse =
        Drawn.of(
            (x, y) ->
                Math.hypot(
                        (x * Math.cos(t) + y * Math.sin(t)) / a,
                        (y * Math.cos(t) - x * Math.sin(t)) / b)
                    < 1);
    // Ramanujan's circumference is exact to 1e-4 here.
    double h = Math.pow((a - b) / (a + b), 2);
    double perimeter = Math.PI * (a + b) * (1 + 3 * h / (10 + Math.sqrt(4 - 3 * h)));
    assertEquals(perimeter, ellipse.shape().perimeterPx(), 0.03 * perimeter);
    double circularity = 4 * Math.PI * Math.PI * a * b / (perimeter * perimeter);
    assertEquals(circularity, ellipse.circularity(), 0.05);
    assertTrue(ellipse.solidity() > 0.96, "solidity " + ellipse.solidity());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 5, 15, 22.5, 30, 45, 60, 80})
  void rotatedSquare(double degrees) {
    double t = Math.toRadians(degrees);
    Drawn square =
        Drawn.of(
            (x, y) ->
                Math.abs(x * Math.cos(t) + y * Math.sin(t)) < 30
                    && Math.abs(y * Math.cos(t) - x * Math.sin(t)) < 30);
    assertEquals(240, square.shape().perimeterPx(), 0.04 * 240);
    assertEquals(3600, square.shape().hullAreaPx(), 0.04 * 3600);
    assertEquals(Math.PI / 4, square.circularity(), 0.06);
    assertTrue(square.solidity() > 0.96, "solidity " + square.solidity());
  }

  /** A square without one quarter has 3/4 of the square's area in a hull of 7/8. */
  @Test
  void notchedSquare() {
    Drawn l = Drawn.of((x, y) -> Math.max(Math.abs(x), Math.abs(y)) < 40 && !(x > 0 && y > 0));
    assertEquals(6.0 / 7, l.solidity(), 0.02);
  }

  @Test
  void onlyTheLargestPieceIsTraced() {
    Drawn two = Drawn.of((x, y) -> Math.hypot(x + 20, y) < 30 || Math.hypot(x - 50, y - 50) < 5);
    assertEquals(2 * Math.PI * 30, two.shape().perimeterPx(), 0.03 * 2 * Math.PI * 30);
  }

  @Test
  void specksHaveFiniteShapes() {
    for (int[] size : new int[][] {{1, 1}, {2, 1}, {1, 3}, {2, 2}, {7, 1}}) {
      byte[] full = new byte[size[0] * size[1]];
      java.util.Arrays.fill(full, (byte) 1);
      Morphology shape = Morphology.of(full, new Box(0, 0, size[0], size[1]));
      double circularity = shape.circularity(full.length);
      double solidity = shape.solidity(full.length);
      assertTrue(circularity > 0.2 && circularity <= 1, "circularity " + circularity);
      assertTrue(solidity > 0.7 && solidity <= 1, "solidity " + solidity);
    }
  }
}
