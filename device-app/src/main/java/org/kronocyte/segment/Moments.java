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
    // Whole numbers about the box's corner: exact, and no branch a pixel.
    long sumXx = 0;
    long sumXy = 0;
    long sumYy = 0;
    int i = 0;
    for (int y = 0; y < cell.box().height(); y++) {
      int pixels = 0;
      int columns = 0;
      int squares = 0;
      for (int x = 0; x < cell.box().width(); x++, i++) {
        int inside = (cell.parts()[i] + 1) >> 1;
        pixels += inside;
        columns += inside * x;
        squares += inside * x * x;
      }
      sumXx += squares;
      sumXy += (long) columns * y;
      sumYy += (long) pixels * y * y;
    }
    double xx = (double) sumXx / cell.area() - meanX * meanX + WITHIN_PIXEL;
    double yy = (double) sumYy / cell.area() - meanY * meanY + WITHIN_PIXEL;
    double xy = (double) sumXy / cell.area() - meanX * meanY;
    double middle = (xx + yy) / 2;
    double half = Math.hypot((xx - yy) / 2, xy);
    return Math.sqrt(1 - (middle - half) / (middle + half));
  }
}
