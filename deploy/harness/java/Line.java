import java.util.List;

/**
 * Least squares through points.
 *
 * @param slope of the line
 * @param error standard error of the slope
 */
record Line(double slope, double error) {
  /** For many points: two-sided, so that the upper end is exceeded in 2.5 % of cases. */
  private static final double NORMAL_95 = 1.96;

  /** A point. */
  record Point(double x, double y) {}

  static Line through(List<Point> points) {
    double meanX = points.stream().mapToDouble(Point::x).average().orElseThrow();
    double meanY = points.stream().mapToDouble(Point::y).average().orElseThrow();
    double sxx = 0;
    double sxy = 0;
    for (Point p : points) {
      sxx += (p.x() - meanX) * (p.x() - meanX);
      sxy += (p.x() - meanX) * (p.y() - meanY);
    }
    double slope = sxy / sxx;
    double rest = 0;
    for (Point p : points) {
      double off = p.y() - meanY - slope * (p.x() - meanX);
      rest += off * off;
    }
    return new Line(slope, Math.sqrt(rest / (points.size() - 2) / sxx));
  }

  /** Upper end of the slope's 95 % interval. */
  double upper() {
    return slope + NORMAL_95 * error;
  }
}
