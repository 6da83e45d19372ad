package org.kronocyte.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.kronocyte.image.Box;

/** Pairs true things with found ones, each at most once, the best overlaps first. */
final class Matching {
  /** From here on a thing counts as found. */
  static final double MIN_IOU = 0.5;

  /** A true and a found thing, by number, that overlap. */
  record Pair(int truth, int found, double iou) {}

  private Matching() {}

  /** Pairs with an overlap of at least {@link #MIN_IOU}; ties go to the lower numbers. */
  static List<Pair> best(List<Pair> overlaps) {
    List<Pair> sorted = new ArrayList<>(overlaps);
    sorted.sort(
        Comparator.comparingDouble(Pair::iou)
            .reversed()
            .thenComparingInt(Pair::truth)
            .thenComparingInt(Pair::found));
    Set<Integer> truth = new HashSet<>();
    Set<Integer> found = new HashSet<>();
    List<Pair> out = new ArrayList<>();
    for (Pair pair : sorted) {
      if (pair.iou() >= MIN_IOU && !truth.contains(pair.truth()) && !found.contains(pair.found())) {
        truth.add(pair.truth());
        found.add(pair.found());
        out.add(pair);
      }
    }
    return out;
  }

  /** All overlapping pairs of two lists of boxes, numbered from 0. */
  static List<Pair> overlaps(List<Box> truth, List<Box> found) {
    List<Pair> out = new ArrayList<>();
    for (int t = 0; t < truth.size(); t++) {
      for (int f = 0; f < found.size(); f++) {
        double iou = truth.get(t).iou(found.get(f));
        if (iou > 0) {
          out.add(new Pair(t, f, iou));
        }
      }
    }
    return out;
  }
}
