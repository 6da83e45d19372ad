package org.kronocyte.image;

/**
 * An axis-aligned rectangle in pixels, origin at the top left of the image.
 *
 * @param x left edge, inclusive
 * @param y top edge, inclusive
 * @param width pixels, at least 1
 * @param height pixels, at least 1
 */
public record Box(int x, int y, int width, int height) {
  /** Whether the box reaches the outermost pixels of an image of this size. */
  public boolean touchesEdge(int imageWidth, int imageHeight) {
    return x <= 0 || y <= 0 || x + width >= imageWidth || y + height >= imageHeight;
  }

  /** Intersection over union with another box, 0 to 1. */
  public double iou(Box other) {
    long w = Math.max(0, Math.min(x + width, other.x + other.width) - Math.max(x, other.x));
    long h = Math.max(0, Math.min(y + height, other.y + other.height) - Math.max(y, other.y));
    long shared = w * h;
    long all = (long) width * height + (long) other.width * other.height - shared;
    return all == 0 ? 0 : (double) shared / all;
  }
}
