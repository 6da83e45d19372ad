package org.kronocyte.quality;

import java.util.ArrayDeque;
import java.util.Deque;

/** The last fields accepted, so that a stage that stands still isn't counted twice. One thread. */
final class SeenFields {
  /** Two looks at one place correlate above this, two places hardly ever do. */
  static final double SAME_PLACE = 0.92;

  /**
   * Below this at half the resolution two fields are certainly other places, and most are: an
   * eighth of the work. Two looks at one place stay well above it.
   */
  static final double MAYBE_SAME_PLACE = 0.6;

  private final int capacity;
  private final Deque<Seen> recent = new ArrayDeque<>();
  private long newest;

  private record Seen(FieldThumbnail.Framed coarse, FieldThumbnail.Framed fine) {
    static Seen of(FieldThumbnail thumbnail) {
      return new Seen(thumbnail.coarse(), thumbnail.framed());
    }

    boolean samePlace(Seen other) {
      return coarse.likeness(other.coarse) > MAYBE_SAME_PLACE
          && fine.likeness(other.fine) > SAME_PLACE;
    }
  }

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
    if (after >= newest) {
      return false; // The usual case: nothing was counted since the first look.
    }
    Seen mine = Seen.of(thumbnail);
    long number = newest;
    for (var earlier = recent.descendingIterator(); earlier.hasNext() && number > after; number--) {
      if (mine.samePlace(earlier.next())) {
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
      recent.addLast(Seen.of(thumbnail));
      newest++;
    }
  }

  void clear() {
    recent.clear();
  }
}
