package org.kronocyte.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.kronocyte.model.ReferenceVectors;

class UnlikenessTest {
  private static final int WIDTH = 12;

  /** Rows of length 1 at right angles to each other (Gram-Schmidt). */
  private static double[][] basis(int rows, Random random) {
    double[][] out = new double[rows][];
    for (int j = 0; j < rows; j++) {
      double[] row = random.doubles(WIDTH, -1, 1).toArray();
      for (int i = 0; i < j; i++) {
        double along = dot(row, out[i]);
        for (int d = 0; d < WIDTH; d++) {
          row[d] -= along * out[i][d];
        }
      }
      double length = Math.sqrt(dot(row, row));
      for (int d = 0; d < WIDTH; d++) {
        row[d] /= length;
      }
      out[j] = row;
    }
    return out;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += a[d] * b[d];
    }
    return sum;
  }

  @Test
  void scoreIsThePartOutsideTheBasisLessTheEvidence() {
    Random random = new Random(8);
    double[][] basis = basis(4, random);
    double[] mean = random.doubles(WIDTH, 0, 200).toArray();
    Unlikeness unlikeness = new Unlikeness(new ReferenceVectors.Likeness(mean, basis), 3, 5, 0.25);
    for (int n = 0; n < 50; n++) {
      double[] embedding = random.doubles(WIDTH, 0, 255).toArray();
      double[] logits = random.doubles(5, -4, 4).toArray();
      double[] rest = new double[WIDTH];
      for (int d = 0; d < WIDTH; d++) {
        rest[d] = embedding[d] - mean[d];
      }
      for (double[] direction : basis) {
        double along = dot(rest, direction);
        for (int d = 0; d < WIDTH; d++) {
          rest[d] -= along * direction[d];
        }
      }
      double sum = 0;
      for (double logit : logits) {
        sum += Math.exp(logit);
      }
      double length = Math.sqrt(dot(embedding, embedding));
      double expected = Math.sqrt(dot(rest, rest)) / Math.sqrt(length) / 3 - Math.log(sum) / 5;
      assertEquals(expected, unlikeness.score(embedding, logits), 1e-9);
    }
    assertTrue(unlikeness.unknown(0.26));
    assertFalse(unlikeness.unknown(0.25));
  }

  /** Moving along what training varies by changes nothing; moving off it makes a cell unlike. */
  @Test
  void onlyTheUnknownDirectionsCount() {
    double[][] basis = {{1, 0, 0}, {0, 1, 0}};
    Unlikeness unlikeness =
        new Unlikeness(new ReferenceVectors.Likeness(new double[] {1, 2, 3}, basis), 1, 1, 0);
    double[] logits = {0, 0};
    double at = unlikeness.score(new double[] {1, 2, 3}, logits);
    assertEquals(-Math.log(2), at, 1e-12);
    assertEquals(at, unlikeness.score(new double[] {200, 90, 3}, logits), 1e-12);
    double byLength = Math.sqrt(Math.sqrt(1 + 4 + 100));
    assertEquals(at + 7 / byLength, unlikeness.score(new double[] {1, 2, 10}, logits), 1e-12);
  }

  @Test
  void whatShowsNothingIsNotDividedByNothing() {
    double[][] basis = {{1, 0, 0}, {0, 1, 0}};
    Unlikeness unlikeness =
        new Unlikeness(new ReferenceVectors.Likeness(new double[] {1, 2, 3}, basis), 1, 1, 0);
    assertEquals(3 - Math.log(2), unlikeness.score(new double[3], new double[2]), 1e-12);
  }
}
