package org.kronocyte.segment;

import java.util.ArrayList;
import java.util.List;

/**
 * How one axis of a field is cut into tiles that overlap, and which part of each tile is kept.
 *
 * <p>Every position is kept from exactly one tile: neighbours share their overlap half and half, so
 * no kept pixel is nearer than half the overlap to a cut, and a cell on a seam is drawn by networks
 * that both saw its surroundings.
 */
final class TilePlan {
  /**
   * One tile along an axis, in pixels at the model's scale.
   *
   * @param start first pixel read
   * @param size pixels read, a multiple of what the model wants; may reach past the field, which is
   *     padded
   * @param keepFrom first pixel kept
   * @param keepTo one past the last pixel kept
   */
  record Span(int start, int size, int keepFrom, int keepTo) {}

  private TilePlan() {}

  /**
   * Cuts an axis.
   *
   * @param length of the field, pixels
   * @param maxTile largest tile
   * @param multiple tile sizes and starts are multiples of it
   * @param overlap smallest number of pixels that neighbours share
   */
  static List<Span> cut(int length, int maxTile, int multiple, int overlap) {
    int padded = (length + multiple - 1) / multiple * multiple;
    if (padded <= maxTile) {
      return List.of(new Span(0, padded, 0, length));
    }
    int step = (maxTile - overlap) / multiple * multiple;
    List<Integer> starts = new ArrayList<>();
    for (int start = 0; start + maxTile < padded; start += step) {
      starts.add(start);
    }
    starts.add(padded - maxTile);
    List<Span> spans = new ArrayList<>();
    int keepFrom = 0;
    for (int i = 0; i < starts.size(); i++) {
      boolean last = i == starts.size() - 1;
      int shared = last ? 0 : starts.get(i) + maxTile - starts.get(i + 1);
      // Even, so that the border between two tiles also lies between two output pixels.
      int keepTo = last ? length : starts.get(i + 1) + shared / 4 * 2;
      spans.add(new Span(starts.get(i), maxTile, keepFrom, keepTo));
      keepFrom = keepTo;
    }
    return spans;
  }
}
