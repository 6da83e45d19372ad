package org.kronocyte.evaluate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How many pixels each true cell shares with each found one. */
final class Overlaps {
  private final Instances truth;
  private final Instances found;
  private final Map<Long, Integer> shared = new HashMap<>();

  /** Of two pictures of equal size. */
  Overlaps(Instances truth, Instances found) {
    this.truth = truth;
    this.found = found;
    for (int i = 0; i < truth.labels().length; i++) {
      int t = truth.labels()[i];
      int f = found.labels()[i];
      if (t != 0 && f != 0) {
        shared.merge(key(t, f), 1, Integer::sum);
      }
    }
  }

  private static long key(int t, int f) {
    return (long) t << 32 | f;
  }

  int shared(int t, int f) {
    return shared.getOrDefault(key(t, f), 0);
  }

  int union(int t, int f) {
    return truth.areas()[t] + found.areas()[f] - shared(t, f);
  }

  /** All pairs that share a pixel. */
  List<Matching.Pair> pairs() {
    List<Matching.Pair> out = new ArrayList<>();
    for (long key : shared.keySet()) {
      int t = (int) (key >> 32);
      int f = (int) key;
      out.add(new Matching.Pair(t, f, (double) shared(t, f) / union(t, f)));
    }
    return out;
  }
}
