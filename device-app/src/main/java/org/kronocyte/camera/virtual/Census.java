package org.kronocyte.camera.virtual;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.kronocyte.image.Box;

/** Measures the drawn cells in the mask. */
final class Census {
  private Census() {}

  /** The visible cells in the order drawn; a cell with no pixel is left out. */
  static List<TrueCell> of(Film film, List<WhiteCell> drawn) {
    int n = drawn.size() + 1;
    int[] left = new int[n];
    int[] top = new int[n];
    int[] right = new int[n];
    int[] bottom = new int[n];
    long[] area = new long[n];
    long[] nucleus = new long[n];
    double[] sumX = new double[n];
    double[] sumY = new double[n];
    Arrays.fill(left, Integer.MAX_VALUE);
    Arrays.fill(top, Integer.MAX_VALUE);
    for (int at = 0; at < film.mask.length; at++) {
      int id = film.instances[at];
      if (id > 0) {
        int x = at % film.width;
        int y = at / film.width;
        left[id] = Math.min(left[id], x);
        right[id] = Math.max(right[id], x);
        top[id] = Math.min(top[id], y);
        bottom[id] = Math.max(bottom[id], y);
        area[id]++;
        nucleus[id] += film.mask[at] == 2 ? 1 : 0;
        sumX[id] += x;
        sumY[id] += y;
      }
    }
    List<TrueCell> cells = new ArrayList<>();
    double um2 = film.umPerPx * film.umPerPx;
    for (int id = 1; id < n; id++) {
      if (area[id] > 0) {
        Box box = new Box(left[id], top[id], right[id] - left[id] + 1, bottom[id] - top[id] + 1);
        cells.add(
            new TrueCell(
                id,
                drawn.get(id - 1).kind.name(),
                box,
                sumX[id] / area[id],
                sumY[id] / area[id],
                area[id] * um2,
                nucleus[id] * um2,
                box.touchesEdge(film.width, film.height)));
      }
    }
    return cells;
  }
}
