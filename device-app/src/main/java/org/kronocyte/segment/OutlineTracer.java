package org.kronocyte.segment;

import java.util.Arrays;
import java.util.Optional;
import org.kronocyte.image.Box;

/**
 * Draws single cells at the model's scale, twice as fine as the network says: logits are
 * interpolated bilinearly, and the strongest is taken after, so that edges stay smooth. That is
 * only done where a predicted pixel and those around it are not all of one class, since nothing
 * else can come of it there. One thread.
 */
final class OutlineTracer {
  private static final int STRIDE = Prediction.STRIDE;
  private static final int CLASSES = Prediction.CLASSES;

  /** By classes seen, a bit each: the only one, or none. */
  private static final byte[] ONLY = {-1, 0, 1, -1, 2, -1, -1, -1};

  private final Prediction prediction;
  private final byte[] classes;
  private final int[] coarse;
  private final int width;
  private final int height;

  /**
   * @param width of the field at the model's scale
   */
  OutlineTracer(SplitPrediction split, int width, int height) {
    this.prediction = split.prediction();
    this.classes = split.classes();
    this.coarse = split.labels();
    this.width = width;
    this.height = height;
  }

  /**
   * One cell; empty if nothing is left of a speck when its outline is drawn more finely.
   *
   * @param coarseBox of the cell's predicted pixels
   */
  Optional<CellOutline> trace(int id, Box coarseBox) {
    // An outline reaches at most one predicted pixel beyond the cell's own.
    int left = Math.max(0, coarseBox.x() - 1);
    int top = Math.max(0, coarseBox.y() - 1);
    int right = Math.min(prediction.width(), coarseBox.x() + coarseBox.width() + 1);
    int bottom = Math.min(prediction.height(), coarseBox.y() + coarseBox.height() + 1);
    return new Window(id, left, top, right - left, bottom - top).drawn();
  }

  /** Some predicted pixels, and the finer ones a cell is drawn in. */
  private final class Window {
    private final int id;
    private final int left;
    private final int top;
    private final int columns;
    private final int rows;

    /** Of the arrays that know a predicted pixel more on each side. */
    private final int stride;

    /** By how much the nucleus's logit leads cytoplasm's, and background's. */
    private final int[] overCytoplasm;

    private final int[] overBackground;

    /** Of the window's classes, a bit each. */
    private final byte[] bits;

    /** Of a row of the parts. */
    private final int fineColumns;

    private final byte[] parts;

    Window(int id, int left, int top, int columns, int rows) {
      this.id = id;
      this.left = left;
      this.top = top;
      this.columns = columns;
      this.rows = rows;
      this.stride = columns + 2;
      this.overCytoplasm = new int[stride * (rows + 2)];
      this.overBackground = new int[overCytoplasm.length];
      this.bits = new byte[overCytoplasm.length];
      this.fineColumns = columns * STRIDE;
      this.parts = new byte[fineColumns * rows * STRIDE];
      copy();
    }

    /** Beyond the field there is what is at its border. */
    private void copy() {
      byte[] logits = prediction.classes();
      int i = 0;
      for (int v = top - 1; v <= top + rows; v++) {
        int row = Math.max(0, Math.min(prediction.height() - 1, v)) * prediction.width();
        for (int u = left - 1; u <= left + columns; u++, i++) {
          int from = row + Math.max(0, Math.min(prediction.width() - 1, u));
          int nucleus = logits[from * CLASSES + Segmentation.NUCLEUS] & 0xff;
          overCytoplasm[i] = nucleus - (logits[from * CLASSES + Segmentation.CYTOPLASM] & 0xff);
          overBackground[i] = nucleus - (logits[from * CLASSES + Segmentation.BACKGROUND] & 0xff);
          bits[i] = (byte) (1 << classes[from]);
        }
      }
    }

    Optional<CellOutline> drawn() {
      for (int v = 0; v < rows; v++) {
        int label = (top + v) * prediction.width() + left;
        int at = (v + 1) * stride + 1;
        // Of three columns, three bits each.
        int seen = (column(at - 1) << 3) | column(at);
        for (int u = 0; u < columns; u++, at++, label++) {
          seen = ((seen << 3) | column(at + 1)) & 0777;
          byte only = ONLY[((seen >> 6) | (seen >> 3) | seen) & 7];
          if (coarse[label] == id && only > Segmentation.BACKGROUND) {
            fill(u, v, only);
          } else if (only != Segmentation.BACKGROUND
              && (coarse[label] == 0 || coarse[label] == id)) {
            draw(u, v, at, coarse[label] == id);
          }
        }
      }
      clip();
      if (isEmpty()) {
        return Optional.empty();
      }
      Box box = new Box(left * STRIDE, top * STRIDE, fineColumns, rows * STRIDE);
      return Optional.of(CellOutline.of(id, box, parts));
    }

    /** Classes of a predicted pixel and those above and below it. */
    private int column(int at) {
      return bits[at - stride] | bits[at] | bits[at + stride];
    }

    private void fill(int u, int v, byte only) {
      int to = (v * fineColumns + u) * STRIDE;
      parts[to] = only;
      parts[to + 1] = only;
      parts[to + fineColumns] = only;
      parts[to + fineColumns + 1] = only;
    }

    /**
     * Draws the pixels of a predicted one at an edge.
     *
     * @param own whether that one is the cell's; else it is nobody's
     */
    private void draw(int u, int v, int at, boolean own) {
      for (int j = 0; j < STRIDE; j++) {
        int to = (v * STRIDE + j) * fineColumns + u * STRIDE;
        for (int i = 0; i < STRIDE; i++) {
          byte kind = interpolated(at, 2 * i - 1, (2 * j - 1) * stride);
          if (own || (kind != Segmentation.BACKGROUND && nearest(u, v, i, j) == id)) {
            parts[to + i] = kind;
          }
        }
      }
    }

    /**
     * The class whose interpolated logit is highest a quarter of a predicted pixel off its middle.
     *
     * @param across to the next on that side
     * @param down to the next on that side
     */
    private byte interpolated(int at, int across, int down) {
      int cytoplasm = mixed(overCytoplasm, at, across, down);
      int background = mixed(overBackground, at, across, down);
      // At an edge either answer is as likely: sign bits, since no branch could be foreseen.
      int beforeCytoplasm = -cytoplasm >>> 31;
      int nucleus = beforeCytoplasm & (-background >>> 31);
      int plasm = (1 - beforeCytoplasm) & ((cytoplasm - background) >>> 31);
      return (byte) (nucleus * Segmentation.NUCLEUS + plasm * Segmentation.CYTOPLASM);
    }

    private int nearest(int u, int v, int i, int j) {
      int x = (left + u) * STRIDE + i;
      int y = (top + v) * STRIDE + j;
      return FineLabels.of(coarse, prediction.width(), prediction.height(), x, y);
    }

    /** The last predicted pixels may reach beyond a field of odd size. */
    private void clip() {
      if ((left + columns) * STRIDE > width) {
        for (int i = fineColumns - 1; i < parts.length; i += fineColumns) {
          parts[i] = Segmentation.BACKGROUND;
        }
      }
      if ((top + rows) * STRIDE > height) {
        Arrays.fill(parts, parts.length - fineColumns, parts.length, Segmentation.BACKGROUND);
      }
    }

    private boolean isEmpty() {
      int seen = 0;
      for (byte part : parts) {
        seen |= part;
      }
      return seen == Segmentation.BACKGROUND;
    }
  }

  /** Sixteen times a value a quarter of the way to the next on each axis. */
  private static int mixed(int[] values, int at, int across, int down) {
    return 9 * values[at]
        + 3 * (values[at + across] + values[at + down])
        + values[at + across + down];
  }
}
