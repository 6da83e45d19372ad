package org.kronocyte.quality;

import java.util.ArrayDeque;
import java.util.Deque;

/** The last fields accepted, so that a stage that stands still isn't counted twice. One thread. */
final class SeenFields {
  /** Two looks at one place correlate above this, two places hardly ever do. */
  private static final double SAME_PLACE = 0.92;

  private final int capacity;
  private final Deque<FieldThumbnail> recent = new ArrayDeque<>();

  /**
   * @param capacity fields remembered; 0 remembers none
   */
  SeenFields(int capacity) {
    this.capacity = capacity;
  }

  /** Whether a field looks like one remembered. */
  boolean knows(FieldThumbnail thumbnail) {
    return recent.stream().anyMatch(earlier -> thumbnail.likeness(earlier) > SAME_PLACE);
  }

  /** Remembers a field, and forgets the oldest where there are too many. */
  void add(FieldThumbnail thumbnail) {
    if (capacity > 0) {
      if (recent.size() == capacity) {
        recent.removeFirst();
      }
      recent.addLast(thumbnail);
    }
  }

  void clear() {
    recent.clear();
  }
}
