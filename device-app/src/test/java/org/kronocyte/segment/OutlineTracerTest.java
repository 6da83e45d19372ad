package org.kronocyte.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kronocyte.image.Box;

/** Cells drawn one by one in their boxes against the whole field drawn at once. */
class OutlineTracerTest {
  /** Smooth logits of a few blobs, up to the border, with noise; and a number for each blob. */
  private record Drawn(Prediction prediction, int[] labels, List<Box> boxes) {
    static Drawn of(long seed, int width, int height) {
      Random random = new Random(seed);
      int blobs = 6;
      double[] cx = random.doubles(blobs, 0, width).toArray();
      double[] cy = random.doubles(blobs, 0, height).toArray();
      double[] r = random.doubles(blobs, 2, 9).toArray();
      byte[] logits = new byte[width * height * 3];
      int[] labels = new int[width * height];
      CellRegions.Region[] regions = new CellRegions.Region[blobs + 1];
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int i = y * width + x;
          double best = -9;
          int blob = 0;
          for (int b = 0; b < blobs; b++) {
            double inside = r[b] - Math.hypot(x - cx[b], y - cy[b]);
            if (inside > best) {
              best = inside;
              blob = b + 1;
            }
          }
          logits[3 * i] = level(120 - 14 * best + random.nextGaussian() * 6);
          logits[3 * i + 1] = level(124 + random.nextGaussian() * 6);
          logits[3 * i + 2] = level(90 + 14 * best + random.nextGaussian() * 6);
          if (best > 0.5) {
            labels[i] = blob;
            regions[blob] = regions[blob] == null ? new CellRegions.Region() : regions[blob];
            regions[blob].add(x, y, false);
          }
        }
      }
      List<Box> boxes = new ArrayList<>();
      for (int b = 1; b <= blobs; b++) {
        boxes.add(regions[b] == null ? null : regions[b].box());
      }
      return new Drawn(
          new Prediction(width, height, logits, new byte[width * height], 0.01), labels, boxes);
    }

    private static byte level(double v) {
      return (byte) Math.max(0, Math.min(255, Math.rint(v)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void boxesGiveThePixelsOfTheWholeField(int seed) {
    Drawn drawn = Drawn.of(seed, 53 + seed, 41);
    Prediction p = drawn.prediction();
    // Odd sizes: the last predicted pixel reaches beyond the field.
    int width = 2 * p.width() - seed % 2;
    int height = 2 * p.height() - 1;
    byte[] classes = wholeField(p, width, height);
    int cells = 0;
    OutlineTracer tracer = tracer(p, drawn.labels(), width, height);
    for (int id = 1; id <= drawn.boxes().size(); id++) {
      if (drawn.boxes().get(id - 1) == null) {
        continue;
      }
      byte[] expected = new byte[classes.length];
      CellRegions.Region region = new CellRegions.Region();
      for (int i = 0; i < classes.length; i++) {
        int row = i / width;
        if (classes[i] != 0
            && FineLabels.of(drawn.labels(), p.width(), p.height(), i % width, row) == id) {
          expected[i] = classes[i];
          region.add(i % width, row, classes[i] == Segmentation.NUCLEUS);
        }
      }
      CellOutline found = tracer.trace(id, drawn.boxes().get(id - 1)).orElseThrow();
      assertEquals(region.box(), found.box());
      assertEquals(region.area, found.area());
      assertEquals(region.nucleus, found.nucleus());
      assertEquals(region.sumX, found.sumX());
      assertEquals(region.sumY, found.sumY());
      assertArrayEquals(expected, pasted(found, width, height));
      cells++;
    }
    assertTrue(cells >= 2, "cells: " + cells);
  }

  private static OutlineTracer tracer(Prediction p, int[] labels, int width, int height) {
    return new OutlineTracer(
        new SplitPrediction(p, ClassMap.coarse(p), labels, List.of()), width, height);
  }

  /** Every pixel's class by interpolation as in a textbook. */
  private static byte[] wholeField(Prediction p, int width, int height) {
    byte[] out = new byte[width * height];
    for (int i = 0; i < out.length; i++) {
      int row = i / width;
      double[] logits = new double[3];
      for (int k = 0; k < 3; k++) {
        logits[k] = logit(p, (i % width + 0.5) / 2 - 0.5, (row + 0.5) / 2 - 0.5, k);
      }
      double most = Math.max(logits[0], Math.max(logits[1], logits[2]));
      // Of equals the first: a cell must be likelier than background, its nucleus than the rest.
      out[i] = (byte) (logits[0] == most ? 0 : logits[1] == most ? 1 : 2);
    }
    return out;
  }

  private static double logit(Prediction p, double x, double y, int k) {
    double sum = 0;
    for (int v = (int) Math.floor(y); v <= Math.floor(y) + 1; v++) {
      for (int u = (int) Math.floor(x); u <= Math.floor(x) + 1; u++) {
        int column = Math.max(0, Math.min(p.width() - 1, u));
        int row = Math.max(0, Math.min(p.height() - 1, v));
        double share = (1 - Math.abs(x - u)) * (1 - Math.abs(y - v));
        sum += share * (p.classes()[(row * p.width() + column) * 3 + k] & 0xff);
      }
    }
    return sum;
  }

  private static byte[] pasted(CellOutline cell, int width, int height) {
    byte[] out = new byte[width * height];
    Box box = cell.box();
    for (int y = 0; y < box.height(); y++) {
      System.arraycopy(
          cell.parts(), y * box.width(), out, (box.y() + y) * width + box.x(), box.width());
    }
    return out;
  }

  @Test
  void aSpeckMayVanish() {
    byte[] logits = new byte[9 * 9 * 3];
    for (int i = 0; i < 81; i++) {
      logits[3 * i] = (byte) 200;
    }
    int[] labels = new int[81];
    labels[40] = 1;
    Prediction p = new Prediction(9, 9, logits, new byte[81], 0.01);
    assertEquals(Optional.empty(), tracer(p, labels, 18, 18).trace(1, new Box(4, 4, 1, 1)));
  }

  /** Of an odd field the last predicted pixel shows a row and a column that aren't there. */
  @Test
  void whatIsOnlySeenBeyondTheFieldIsNothing() {
    byte[] logits = new byte[5 * 5 * 3];
    for (int i = 0; i < 25; i++) {
      logits[3 * i] = (byte) 200;
    }
    // Strong enough for the far half of the last pixel alone.
    logits[3 * 24] = (byte) 100;
    logits[3 * 24 + 1] = (byte) 125;
    int[] labels = new int[25];
    labels[24] = 1;
    Prediction p = new Prediction(5, 5, logits, new byte[25], 0.01);
    Box last = new Box(4, 4, 1, 1);
    assertEquals(1, tracer(p, labels, 10, 10).trace(1, last).orElseThrow().area());
    assertEquals(Optional.empty(), tracer(p, labels, 9, 9).trace(1, last));
  }
}
