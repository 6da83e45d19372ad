package org.kronocyte.quality;

import java.util.ArrayDeque;
import java.util.Deque;

/** The last fields accepted, so that a stage that stands still isn't counted twice. One thread. */
final class SeenFields {
  /** Two looks at one place correlate above this, two places hardly ever do. */
  private static final double SAME_PLACE = 0.92;

  private final int capacity;
  private final Deque<FieldThumbnail.Framed> recent = new ArrayDeque<>();
  private long newest;

  /**
   * @param capacity fields remembered; 0 remembers none
   */
  SeenFields(int capacity) {
    this.capacity = capacity;
  }

  /** The number of the field remembered last; each has a higher one than those before. */
  long newest() {
    return newest;
  }

  /**
   * Whether a field looks like one remembered.
   *
   * @param after of fields up to this number the answer is known to be no
   */
  boolean knows(FieldThumbnail thumbnail, long after) {
    FieldThumbnail.Framed mine = thumbnail.framed();
    long number = newest;
    for (var earlier = recent.descendingIterator(); earlier.hasNext() && number > after; number--) {
      if (mine.likeness(earlier.next()) > SAME_PLACE) {
        return true;
      }
    }
    return false;
  }

  /** Remembers a field, and forgets the oldest where there are too many. */
  void add(FieldThumbnail thumbnail) {
    if (capacity > 0) {
      if (recent.size() == capacity) {
        recent.removeFirst();
      }
      recent.addLast(thumbnail.framed());
      newest++;
    }
  }

  void clear() {
    recent.clear();
  }
}
