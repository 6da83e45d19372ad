package org.kronocyte.quality;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.PixelArena;
import org.kronocyte.image.Scale;
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Size;
import org.opencv.imgproc.Imgproc;

/**
 * Estimates um per pixel from the red cells in view: a human red cell on a dried film is about 7.5
 * um wide.
 *
 * <p>Red cells are taken from the green density (haemoglobin absorbs there) above 35 % of the way
 * from glass to the median cell; the pallor is filled. Each local maximum of the distance to the
 * cell's edge is a cell's centre; rays from it give the radius where the rim is free, so that
 * touching cells count too. The most frequent radius wins. Where hardly any red cell is in view
 * there is no estimate, never a guess.
 */
public final class RedCellScale {
  /** Width of a red cell on a dried film. */
  public static final double RED_CELL_UM = 7.5;

  private static final int WORKING_PX = 320;
  private static final double EDGE_LEVEL = 0.35;

  /** Red density (of 255) above which a pixel is nucleus, not haemoglobin. */
  private static final int NUCLEUS_DENSITY = 90;

  private static final double MAX_NUCLEUS_SHARE = 0.05;
  private static final int MIN_RADIUS_PX = 4;
  private static final int MIN_CELLS = 3;
  private static final int RAYS = 16;
  private static final int MIN_FREE_RAYS = 6;
  private static final double MIN_FREE_RIM = 0.3;

  /** Kernel width of the radius histogram, natural logarithm units. */
  private static final double RADIUS_SPREAD = 0.12;

  /** Cells at which an estimate is as sure as it gets. */
  private static final int ENOUGH_CELLS = 12;

  private RedCellScale() {}

  /**
   * Measures the red cells of one field.
   *
   * @return the scale with a confidence from the number and agreement of the cells, or empty if
   *     fewer than three red cells can be measured or the result is no scale a microscope has
   */
  public static Optional<Scale> estimate(OpticalDensity field) {
    double shrink = Math.min(1, (double) WORKING_PX / Math.max(field.width(), field.height()));
    int width = (int) Math.rint(field.width() * shrink);
    int height = (int) Math.rint(field.height() * shrink);
    try (PixelArena arena = new PixelArena();
        OpticalDensity resized = field.resized(Math.max(1, width), Math.max(1, height))) {
      Mat small = resized.rgb();
      if (Math.min(small.rows(), small.cols()) < 4 * MIN_RADIUS_PX) {
        return Optional.empty();
      }
      Mat red = smoothChannel(arena, small, 0);
      Mat green = smoothChannel(arena, small, 1);
      Optional<Mat> cells = cellMask(arena, green);
      return cells.flatMap(mask -> fromCells(arena, mask, Pixels.of(red), shrink));
    }
  }

  private static Mat smoothChannel(PixelArena arena, Mat rgb, int channel) {
    Mat plane = arena.mat();
    Core.extractChannel(rgb, plane, channel);
    Imgproc.GaussianBlur(plane, plane, new Size(3, 3), 0);
    return plane;
  }

  /** 1 where there is a cell, pallor filled; empty if nothing stands out from the glass. */
  private static Optional<Mat> cellMask(PixelArena arena, Mat green) {
    int[] histogram = new int[NUCLEUS_DENSITY + 50];
    for (byte b : Pixels.of(green).values()) {
      int v = b & 0xff;
      if (v < histogram.length) {
        histogram[v]++;
      }
    }
    int otsu = otsu(histogram);
    int glass = median(histogram, 0, otsu + 1);
    int cell = median(histogram, otsu + 1, histogram.length);
    if (cell - glass < 8) {
      return Optional.empty();
    }
    Mat mask = arena.mat();
    Imgproc.threshold(green, mask, glass + EDGE_LEVEL * (cell - glass), 1, Imgproc.THRESH_BINARY);
    fillPallor(arena, mask);
    Mat kernel = arena.adopt(Imgproc.getStructuringElement(Imgproc.MORPH_RECT, new Size(3, 3)));
    Imgproc.morphologyEx(mask, mask, Imgproc.MORPH_OPEN, kernel);
    return Optional.of(mask);
  }

  private static void fillPallor(PixelArena arena, Mat mask) {
    Mat holes = arena.mat();
    Imgproc.threshold(mask, holes, 0, 1, Imgproc.THRESH_BINARY_INV);
    Mat labels = arena.mat();
    Mat stats = arena.mat();
    Mat centroids = arena.mat();
    int count =
        Imgproc.connectedComponentsWithStats(holes, labels, stats, centroids, 4, CvType.CV_32S);
    int[] table = new int[count * 5];
    stats.get(0, 0, table);
    boolean[] fill = new boolean[count];
    for (int i = 1; i < count; i++) {
      int x = table[i * 5];
      int y = table[i * 5 + 1];
      boolean inside =
          x > 0
              && y > 0
              && x + table[i * 5 + 2] < mask.cols()
              && y + table[i * 5 + 3] < mask.rows();
      fill[i] = inside && table[i * 5 + 4] < 0.01 * mask.total();
    }
    int[] label = new int[(int) mask.total()];
    labels.get(0, 0, label);
    byte[] out = Pixels.of(mask).values();
    for (int i = 0; i < out.length; i++) {
      if (fill[label[i]]) {
        out[i] = 1;
      }
    }
    mask.put(0, 0, out);
  }

  private static Optional<Scale> fromCells(PixelArena arena, Mat mask, Pixels red, double shrink) {
    Mat distance = arena.mat();
    Imgproc.distanceTransform(mask, distance, Imgproc.DIST_L2, 5);
    Mat smooth = arena.mat();
    Imgproc.GaussianBlur(distance, smooth, new Size(0, 0), 1.0);
    Mat highest = arena.mat();
    Mat window = arena.adopt(Imgproc.getStructuringElement(Imgproc.MORPH_RECT, new Size(9, 9)));
    Imgproc.dilate(smooth, highest, window);
    float[] inscribed = floats(distance);
    float[] level = floats(smooth);
    float[] peak = floats(highest);
    Pixels cells = Pixels.of(mask);
    List<Disc> discs = new ArrayList<>();
    for (int i = 0; i < level.length; i++) {
      if (level[i] > MIN_RADIUS_PX && level[i] >= peak[i]) {
        measure(cells, red, i % mask.cols(), i / mask.cols(), inscribed[i]).ifPresent(discs::add);
      }
    }
    return discs.size() < MIN_CELLS ? Optional.empty() : mostFrequent(discs, shrink);
  }

  /**
   * A cell seen from its centre: radius to its own edge, and how much of its rim touches nothing.
   */
  private record Disc(double radiusPx, double freeRim) {}

  private static Optional<Disc> measure(Pixels cells, Pixels red, int x, int y, double inscribed) {
    if (x < inscribed
        || y < inscribed
        || x + inscribed >= cells.width()
        || y + inscribed >= cells.height()
        || nucleusShare(red, x, y, (int) Math.ceil(inscribed)) > MAX_NUCLEUS_SHARE) {
      return Optional.empty();
    }
    double[] free = new double[RAYS];
    int freeCount = 0;
    int clearRim = 0;
    for (int k = 0; k < RAYS; k++) {
      double dx = Math.cos(2 * Math.PI * k / RAYS);
      double dy = Math.sin(2 * Math.PI * k / RAYS);
      if (cells.clamped(x + 1.35 * inscribed * dx, y + 1.35 * inscribed * dy) == 0) {
        clearRim++;
      }
      double r = 0.8 * inscribed;
      while (r < 1.6 * inscribed
          && cells.inside(x + r * dx, y + r * dy)
          && cells.clamped(x + r * dx, y + r * dy) != 0) {
        r += 0.5;
      }
      if (r < 1.6 * inscribed && cells.inside(x + r * dx, y + r * dy)) {
        free[freeCount++] = r;
      }
    }
    double freeRim = (double) clearRim / RAYS;
    if (freeCount < MIN_FREE_RAYS || freeRim < MIN_FREE_RIM) {
      return Optional.empty();
    }
    double[] radii = Arrays.copyOf(free, freeCount);
    Arrays.sort(radii);
    return Optional.of(new Disc((radii[(freeCount - 1) / 2] + radii[freeCount / 2]) / 2, freeRim));
  }

  private static double nucleusShare(Pixels red, int x, int y, int radius) {
    int dark = 0;
    int all = 0;
    for (int v = Math.max(0, y - radius); v <= Math.min(red.height() - 1, y + radius); v++) {
      for (int u = Math.max(0, x - radius); u <= Math.min(red.width() - 1, x + radius); u++) {
        all++;
        if (red.at(u, v) > NUCLEUS_DENSITY) {
          dark++;
        }
      }
    }
    return (double) dark / all;
  }

  /**
   * The peak of a kernel density over log radius; larger and freer discs weigh more than specks.
   */
  private static Optional<Scale> mostFrequent(List<Disc> discs, double shrink) {
    double low = discs.stream().mapToDouble(d -> Math.log(d.radiusPx())).min().orElseThrow();
    double high = discs.stream().mapToDouble(d -> Math.log(d.radiusPx())).max().orElseThrow();
    double best = low;
    double bestDensity = -1;
    for (int i = 0; i <= 100; i++) {
      double at = low + (high - low) * i / 100;
      double density = discs.stream().mapToDouble(d -> weight(d) * nearness(d, at)).sum();
      if (density > bestDensity) {
        bestDensity = density;
        best = at;
      }
    }
    double mode = best;
    long agreeing =
        discs.stream()
            .filter(d -> Math.abs(Math.log(d.radiusPx()) - mode) < 2 * RADIUS_SPREAD)
            .count();
    double umPerPx = RED_CELL_UM / (2 * Math.exp(mode)) * shrink;
    if (agreeing < MIN_CELLS || umPerPx < Scale.MIN_UM_PER_PX || umPerPx > Scale.MAX_UM_PER_PX) {
      return Optional.empty();
    }
    double agreement = (double) agreeing / discs.size();
    double confidence = agreement * Math.min(1, (double) agreeing / ENOUGH_CELLS);
    return Optional.of(new Scale(umPerPx, Scale.Source.RED_CELLS, confidence));
  }

  private static double weight(Disc disc) {
    return disc.freeRim() * disc.radiusPx();
  }

  private static double nearness(Disc disc, double logRadius) {
    double z = (Math.log(disc.radiusPx()) - logRadius) / RADIUS_SPREAD;
    return Math.exp(-0.5 * z * z);
  }

  /**
   * Otsu's threshold: the grey value that best separates a histogram into two classes [Otsu 1979].
   */
  static int otsu(int[] histogram) {
    double all = 0;
    double weighted = 0;
    for (int v = 0; v < histogram.length; v++) {
      all += histogram[v];
      weighted += (double) v * histogram[v];
    }
    double below = 0;
    double belowWeighted = 0;
    double best = -1;
    int threshold = 0;
    for (int v = 0; v < histogram.length; v++) {
      below += histogram[v];
      belowWeighted += (double) v * histogram[v];
      double above = all - below;
      if (below == 0 || above == 0) {
        continue;
      }
      double gap = belowWeighted / below - (weighted - belowWeighted) / above;
      double between = below * above * gap * gap;
      if (between > best) {
        best = between;
        threshold = v;
      }
    }
    return threshold;
  }

  private static int median(int[] histogram, int from, int to) {
    long all = 0;
    for (int v = from; v < to; v++) {
      all += histogram[v];
    }
    long sum = 0;
    for (int v = from; v < to; v++) {
      sum += histogram[v];
      if (2 * sum >= all) {
        return v;
      }
    }
    return from;
  }

  private static float[] floats(Mat image) {
    float[] out = new float[(int) image.total()];
    image.get(0, 0, out);
    return out;
  }
}
