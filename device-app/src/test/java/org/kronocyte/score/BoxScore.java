package org.kronocyte.score;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Pairs found boxes with true ones, each at most once, the best overlaps first. */
public final class BoxScore {
  private BoxScore() {}

  /** A box in pixels from the top left; not the product's own, which knows whole pixels only. */
  public record Rect(double x, double y, double width, double height) {
    /** Area both cover over area either covers, 0 to 1. */
    public double iou(Rect other) {
      double w = Math.min(x + width, other.x + other.width) - Math.max(x, other.x);
      double h = Math.min(y + height, other.y + other.height) - Math.max(y, other.y);
      double both = Math.max(0, w) * Math.max(0, h);
      return both / (width * height + other.width * other.height - both);
    }
  }

  /** One pair by the places in their lists. */
  public record Pair(int truth, int found, double iou) {}

  /** All pairs that overlap by at least {@code minIou}. */
  public static List<Pair> match(List<Rect> truth, List<Rect> found, double minIou) {
    List<Pair> candidates = new ArrayList<>();
    for (int t = 0; t < truth.size(); t++) {
      for (int f = 0; f < found.size(); f++) {
        double iou = truth.get(t).iou(found.get(f));
        if (iou >= minIou) {
          candidates.add(new Pair(t, f, iou));
        }
      }
    }
    candidates.sort(Comparator.comparingDouble(Pair::iou).reversed());
    Set<Integer> usedTruth = new HashSet<>();
    Set<Integer> usedFound = new HashSet<>();
    List<Pair> pairs = new ArrayList<>();
    for (Pair pair : candidates) {
      if (!usedTruth.contains(pair.truth()) && !usedFound.contains(pair.found())) {
        usedTruth.add(pair.truth());
        usedFound.add(pair.found());
        pairs.add(pair);
      }
    }
    return pairs;
  }
}
