package org.kronocyte.segment;

/** Second central moments of an outline. */
final class Moments {
  /** Variance of a position within a pixel of side 1. */
  private static final double WITHIN_PIXEL = 1.0 / 12;

  private Moments() {}

  /**
   * Eccentricity of the ellipse with the cell's second moments: {@code sqrt(1 - minor / major)} of
   * the eigenvalues of their matrix [1]; 0 for a disc, towards 1 for a line.
   *
   * <p>[1] Hu, Visual pattern recognition by moment invariants, IRE Trans. Information Theory 8,
   * 1962.
   */
  static double eccentricity(CellOutline cell) {
    double meanX = (double) cell.sumX() / cell.area() - cell.box().x();
    double meanY = (double) cell.sumY() / cell.area() - cell.box().y();
    double xx = 0;
    double xy = 0;
    double yy = 0;
    int i = 0;
    for (int y = 0; y < cell.box().height(); y++) {
      for (int x = 0; x < cell.box().width(); x++, i++) {
        if (cell.parts()[i] != Segmentation.BACKGROUND) {
          double dx = x - meanX;
          double dy = y - meanY;
          xx += dx * dx;
          xy += dx * dy;
          yy += dy * dy;
        }
      }
    }
    xx = xx / cell.area() + WITHIN_PIXEL;
    yy = yy / cell.area() + WITHIN_PIXEL;
    xy /= cell.area();
    double middle = (xx + yy) / 2;
    double half = Math.hypot((xx - yy) / 2, xy);
    return Math.sqrt(1 - (middle - half) / (middle + half));
  }
}
