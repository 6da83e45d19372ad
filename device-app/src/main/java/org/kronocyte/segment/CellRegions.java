package org.kronocyte.segment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.kronocyte.image.Box;

/**
 * The cells of a labelled map: joins pieces without a nucleus to the cell they touch, drops specks,
 * and measures.
 *
 * <p>In pixels of whatever map it is given; one thread.
 */
final class CellRegions {
  /** A thing smaller than a disc of 5 um is no white cell. */
  static final double MIN_CELL_UM2 = 20;

  /** One region while it is being measured. */
  static final class Region {
    int area;
    int nucleus;
    long sumX;
    long sumY;
    int left = Integer.MAX_VALUE;
    int top = Integer.MAX_VALUE;
    int right = -1;
    int bottom = -1;

    void add(int x, int y, boolean inNucleus) {
      area++;
      nucleus += inNucleus ? 1 : 0;
      sumX += x;
      sumY += y;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }

    Box box() {
      return new Box(left, top, right - left + 1, bottom - top + 1);
    }
  }

  private final int width;
  private final byte[] classes;
  private final int[] labels;
  private final double um2PerPx;

  /**
   * @param classes 0 background, 1 cytoplasm, 2 nucleus
   * @param labels 0 or the cell's number; rewritten
   */
  CellRegions(int width, byte[] classes, int[] labels, double um2PerPx) {
    this.width = width;
    this.classes = classes;
    this.labels = labels;
    this.um2PerPx = um2PerPx;
  }

  /**
   * Settles the labels to 1, 2, … in reading order of the boxes and returns the regions in that
   * order.
   */
  List<Region> settle() {
    Region[] measured = joinedPieces();
    List<Integer> kept = new ArrayList<>();
    for (int label = 1; label < measured.length; label++) {
      if (measured[label].area * um2PerPx >= MIN_CELL_UM2) {
        kept.add(label);
      }
    }
    kept.sort(
        (a, b) ->
            measured[a].top != measured[b].top
                ? Integer.compare(measured[a].top, measured[b].top)
                : Integer.compare(measured[a].left, measured[b].left));
    int[] renumber = new int[measured.length];
    List<Region> out = new ArrayList<>();
    for (int label : kept) {
      out.add(measured[label]);
      renumber[label] = out.size();
    }
    relabel(renumber);
    return out;
  }

  /** The regions once pieces without a nucleus are part of the cells they touch. */
  private Region[] joinedPieces() {
    Region[] regions = measure();
    if (Arrays.stream(regions, 1, regions.length).allMatch(this::hasNucleus)) {
      return regions;
    }
    int[] renumber = new int[regions.length];
    int[] longest = new int[regions.length];
    Arrays.setAll(renumber, i -> i);
    for (Map.Entry<Long, Integer> contact : contacts().entrySet()) {
      int a = (int) (contact.getKey() >> 32);
      int b = contact.getKey().intValue();
      if (hasNucleus(regions[a]) != hasNucleus(regions[b])) {
        int piece = hasNucleus(regions[a]) ? b : a;
        int cell = piece == a ? b : a;
        int sides = contact.getValue();
        // Of equal contacts the lowest number wins, so that the order of the map doesn't matter.
        if (sides > longest[piece] || (sides == longest[piece] && cell < renumber[piece])) {
          longest[piece] = sides;
          renumber[piece] = cell;
        }
      }
    }
    relabel(renumber);
    return measure();
  }

  private boolean hasNucleus(Region region) {
    return region.nucleus * um2PerPx >= SegmentedCell.MIN_NUCLEUS_UM2;
  }

  /** How many pixel sides each two touching regions share. */
  private Map<Long, Integer> contacts() {
    Map<Long, Integer> out = new HashMap<>();
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] == 0) {
        continue;
      }
      if (i % width + 1 < width) {
        count(out, labels[i], labels[i + 1]);
      }
      if (i + width < labels.length) {
        count(out, labels[i], labels[i + width]);
      }
    }
    return out;
  }

  private static void count(Map<Long, Integer> contacts, int a, int b) {
    if (b != 0 && a != b) {
      contacts.merge(pair(a, b), 1, Integer::sum);
    }
  }

  private static long pair(int a, int b) {
    return ((long) Math.min(a, b) << 32) | Math.max(a, b);
  }

  /** The regions by label, from 0, which stays empty, to the highest. */
  private Region[] measure() {
    int most = 0;
    for (int label : labels) {
      most = Math.max(most, label);
    }
    Region[] regions = new Region[most + 1];
    Arrays.setAll(regions, i -> new Region());
    int i = 0;
    for (int y = 0; i < labels.length; y++) {
      for (int x = 0; x < width; x++, i++) {
        if (labels[i] != 0) {
          regions[labels[i]].add(x, y, classes[i] == Segmentation.NUCLEUS);
        }
      }
    }
    return regions;
  }

  private void relabel(int[] to) {
    for (int i = 0; i < labels.length; i++) {
      labels[i] = to[labels[i]];
    }
  }
}
