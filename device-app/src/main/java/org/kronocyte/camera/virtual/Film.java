package org.kronocyte.camera.virtual;

import java.util.Arrays;

/**
 * The stained film under the objective: optical density per channel, with the true mask and cell
 * numbers, row by row. Reused from field to field; one thread.
 */
final class Film {
  /** Width of the transition at every drawn edge, about the resolution of a dry-film objective. */
  static final double EDGE_UM = 0.25;

  final int width;
  final int height;
  final double umPerPx;
  final float[] red;
  final float[] green;
  final float[] blue;
  final byte[] mask;
  final short[] instances;
  private double shiftXUm;
  private double shiftYUm;

  Film(int width, int height, double umPerPx) {
    this.width = width;
    this.height = height;
    this.umPerPx = umPerPx;
    int n = width * height;
    red = new float[n];
    green = new float[n];
    blue = new float[n];
    mask = new byte[n];
    instances = new short[n];
  }

  void clear() {
    Arrays.fill(red, 0);
    Arrays.fill(green, 0);
    Arrays.fill(blue, 0);
    Arrays.fill(mask, (byte) 0);
    Arrays.fill(instances, (short) 0);
    moveTo(0, 0);
  }

  /** Moves the film under the objective: what is drawn next appears shifted by this much. */
  void moveTo(double xUm, double yUm) {
    shiftXUm = xUm;
    shiftYUm = yUm;
  }

  /** First column whose centre is at or right of a coordinate in um, within 0 to the width. */
  int column(double xUm) {
    return clamp((xUm + shiftXUm) / umPerPx - 0.5, width);
  }

  /** First row whose centre is at or below a coordinate in um, within 0 to the height. */
  int row(double yUm) {
    return clamp((yUm + shiftYUm) / umPerPx - 0.5, height);
  }

  /** Centre of a column in um. */
  double xUm(int column) {
    return (column + 0.5) * umPerPx - shiftXUm;
  }

  /** Centre of a row in um. */
  double yUm(int row) {
    return (row + 0.5) * umPerPx - shiftYUm;
  }

  private static int clamp(double pixel, int limit) {
    return Math.max(0, Math.min(limit, (int) Math.ceil(pixel)));
  }

  /** Lays more stain over what is there. */
  void add(int at, Stain stain, float amount) {
    red[at] += amount * stain.red;
    green[at] += amount * stain.green;
    blue[at] += amount * stain.blue;
  }

  /** Puts something there in place of what was, as far as it covers the pixel. */
  void cover(int at, float coverage, float r, float g, float b) {
    red[at] += coverage * (r - red[at]);
    green[at] += coverage * (g - green[at]);
    blue[at] += coverage * (b - blue[at]);
  }

  /** 0 outside, 1 inside, smooth over {@link #EDGE_UM}; one half exactly on the outline. */
  static float coverage(double insideUm) {
    return smoothStep((float) (insideUm / EDGE_UM + 0.5));
  }

  static float smoothStep(float t) {
    float u = Math.max(0, Math.min(1, t));
    return u * u * (3 - 2 * u);
  }
}
