package org.kronocyte.segment;

/** Carries labels from the prediction's resolution to the model's. */
final class FineLabels {
  private FineLabels() {}

  /**
   * The cell of a pixel of cell: that of the prediction pixel it lies in, or, where the finer
   * outline reaches beyond that, of a neighbouring one.
   *
   * @param coarse {@code [coarseHeight,coarseWidth]}, half the resolution
   * @param x at the model's scale
   * @param y at the model's scale
   * @return 0 if there is no cell near
   */
  static int of(int[] coarse, int coarseWidth, int coarseHeight, int x, int y) {
    int label = coarse[y / Prediction.STRIDE * coarseWidth + x / Prediction.STRIDE];
    return label != 0 ? label : beside(coarse, coarseWidth, coarseHeight, x, y);
  }

  /** The label of the neighbour on the pixel's own side, else of any neighbour, else 0. */
  private static int beside(int[] coarse, int coarseWidth, int coarseHeight, int x, int y) {
    int u = x / Prediction.STRIDE;
    int v = y / Prediction.STRIDE;
    int sideX = x % Prediction.STRIDE == 0 ? -1 : 1;
    int sideY = y % Prediction.STRIDE == 0 ? -1 : 1;
    for (int dy = 0; dy != 3; dy++) {
      for (int dx = 0; dx != 3; dx++) {
        int nu = u + toward(dx, sideX);
        int nv = v + toward(dy, sideY);
        if (nu >= 0 && nv >= 0 && nu < coarseWidth && nv < coarseHeight) {
          int label = coarse[nv * coarseWidth + nu];
          if (label != 0) {
            return label;
          }
        }
      }
    }
    return 0;
  }

  /** Here first, then the pixel's own side, then the other. */
  private static int toward(int turn, int side) {
    return turn == 0 ? 0 : turn == 1 ? side : -side;
  }
}
