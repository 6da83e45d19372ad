package org.kronocyte.segment;

/** Carries labels from the prediction's resolution to the model's. */
final class FineLabels {
  private FineLabels() {}

  /**
   * Labels every pixel of a cell with the cell of the prediction pixel it lies in, or, where the
   * finer outline reaches beyond that, of a neighbouring one.
   *
   * @param coarse {@code [coarseHeight,coarseWidth]}, half the resolution
   * @param classes at the model's scale, 0 for background
   * @param width of {@code classes}
   * @return at the model's scale, 0 outside cells
   */
  static int[] of(int[] coarse, int coarseWidth, int coarseHeight, byte[] classes, int width) {
    int[] fine = new int[classes.length];
    int i = 0;
    for (int y = 0; i < fine.length; y++) {
      int row = y / Prediction.STRIDE * coarseWidth;
      for (int x = 0; x < width; x++, i++) {
        if (classes[i] != Segmentation.BACKGROUND) {
          int label = coarse[row + x / Prediction.STRIDE];
          fine[i] = label != 0 ? label : beside(coarse, coarseWidth, coarseHeight, x, y);
        }
      }
    }
    return fine;
  }

  /** The label of the neighbour on the pixel's own side, else of any neighbour, else 0. */
  private static int beside(int[] coarse, int coarseWidth, int coarseHeight, int x, int y) {
    int u = x / Prediction.STRIDE;
    int v = y / Prediction.STRIDE;
    int sideX = x % Prediction.STRIDE == 0 ? -1 : 1;
    int sideY = y % Prediction.STRIDE == 0 ? -1 : 1;
    for (int dy : new int[] {0, sideY, -sideY}) {
      for (int dx : new int[] {0, sideX, -sideX}) {
        int nu = u + dx;
        int nv = v + dy;
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
}
