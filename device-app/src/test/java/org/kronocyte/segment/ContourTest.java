package org.kronocyte.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kronocyte.image.Natives;
import org.kronocyte.image.PixelArena;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfInt;
import org.opencv.core.MatOfPoint;
import org.opencv.core.Point;
import org.opencv.imgproc.Imgproc;

/** Edges and hulls against OpenCV's. */
class ContourTest {
  private static final int WIDTH = 41;
  private static final int HEIGHT = 33;

  @BeforeAll
  static void load() throws Exception {
    Natives.load();
  }

  /** From dust to one ragged piece with holes that hold pieces themselves. */
  @ParameterizedTest
  @ValueSource(doubles = {0.05, 0.2, 0.35, 0.45, 0.5, 0.55, 0.6, 0.7, 0.85, 0.97})
  void ragged(double share) {
    Random random = new Random(5);
    for (int round = 0; round < 40; round++) {
      byte[] shape = new byte[WIDTH * HEIGHT];
      for (int i = 0; i < shape.length; i++) {
        shape[i] = (byte) (random.nextDouble() < share ? 1 + random.nextInt(2) : 0);
      }
      compare(shape);
    }
  }

  /** Blobs that touch and overlap, as cells do, cut by the border. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void blobs(int count) {
    Random random = new Random(count);
    for (int round = 0; round < 40; round++) {
      byte[] shape = new byte[WIDTH * HEIGHT];
      for (int b = 0; b < count; b++) {
        double cx = random.nextDouble() * WIDTH;
        double cy = random.nextDouble() * HEIGHT;
        double radius = 1 + random.nextDouble() * 9;
        for (int i = 0; i < shape.length; i++) {
          int row = i / WIDTH;
          if (Math.hypot(i % WIDTH - cx, row - cy) < radius) {
            shape[i] = 1;
          }
        }
      }
      compare(shape);
    }
  }

  @Test
  void nothing() {
    assertEquals(0, Contour.longest(new byte[12], 4, 3).length);
  }

  @Test
  void theEdgeOfAHoleIsNoOuterEdge() {
    // A comb cut out of a plate: its edge is longer than the plate's own.
    byte[] plate = new byte[WIDTH * HEIGHT];
    for (int i = 0; i < plate.length; i++) {
      int x = i % WIDTH;
      int y = i / WIDTH;
      boolean spine = y == HEIGHT - 3 && x > 1 && x < WIDTH - 2;
      boolean tooth = x % 2 == 0 && x > 1 && x < WIDTH - 2 && y > 1 && y < HEIGHT - 3;
      plate[i] = (byte) (spine || tooth ? 0 : 1);
    }
    assertEquals(2 * (WIDTH + HEIGHT) - 4, Contour.longest(plate, WIDTH, HEIGHT).length / 2);
    compare(plate);
  }

  private static void compare(byte[] shape) {
    int[] found = Contour.longest(shape, WIDTH, HEIGHT);
    List<MatOfPoint> contours = new ArrayList<>();
    try (PixelArena arena = new PixelArena()) {
      Mat mask = arena.mat(HEIGHT, WIDTH, CvType.CV_8UC1);
      mask.put(0, 0, shape);
      Imgproc.findContours(
          mask, contours, arena.mat(), Imgproc.RETR_EXTERNAL, Imgproc.CHAIN_APPROX_NONE);
      contours.forEach(arena::adopt);
      long most = contours.stream().mapToLong(MatOfPoint::total).max().orElse(0);
      assertEquals(most, found.length / 2);
      List<MatOfPoint> longest = contours.stream().filter(c -> c.total() == most).toList();
      String mine = sorted(found);
      MatOfPoint same =
          longest.stream().filter(c -> sorted(chain(c)).equals(mine)).findFirst().orElseThrow();
      assertNeighbours(found);
      assertHull(same, found, arena);
    }
  }

  private static void assertHull(MatOfPoint outline, int[] chain, PixelArena arena) {
    MatOfInt indices = new MatOfInt();
    arena.adopt(indices);
    Imgproc.convexHull(outline, indices);
    Point[] points = outline.toArray();
    Point[] corners =
        Arrays.stream(indices.toArray()).mapToObj(i -> points[i]).toArray(Point[]::new);
    double twice = 0;
    double length = 0;
    for (int i = 0; i < corners.length; i++) {
      Point a = corners[i];
      Point b = corners[(i + 1) % corners.length];
      twice += a.x * b.y - b.x * a.y;
      length += Math.hypot(b.x - a.x, b.y - a.y);
    }
    Hull hull = Hull.of(chain, HEIGHT);
    assertEquals(Math.abs(twice) / 2, hull.area(), 1e-9);
    assertEquals(length, hull.perimeter(), 1e-9);
  }

  /** A closed chain steps from each point to one beside it. */
  private static void assertNeighbours(int[] chain) {
    for (int i = 0; i < chain.length && chain.length > 2; i += 2) {
      int next = (i + 2) % chain.length;
      int step =
          Math.max(Math.abs(chain[next] - chain[i]), Math.abs(chain[next + 1] - chain[i + 1]));
      assertEquals(1, step);
    }
  }

  private static int[] chain(MatOfPoint contour) {
    int[] out = new int[2 * (int) contour.total()];
    contour.get(0, 0, out);
    return out;
  }

  private static String sorted(int[] chain) {
    long[] points = new long[chain.length / 2];
    Arrays.setAll(points, i -> (long) chain[2 * i + 1] * WIDTH + chain[2 * i]);
    Arrays.sort(points);
    return Arrays.toString(points);
  }
}
