package org.kronocyte.segment;

import org.kronocyte.image.Box;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.Scale;

/**
 * A field at the um/px at which cells are looked for, and how its pixels relate to the field as
 * captured and to um; whole pixels make the true zoom differ a little from what was asked for.
 *
 * <p>Closing it frees the density.
 *
 * @param density at the model's um/px
 * @param captured the field in its own pixels; stays the caller's, who keeps it open as long as
 *     this
 * @param scale of the field as captured
 */
public record ResampledField(OpticalDensity density, OpticalDensity captured, Scale scale)
    implements AutoCloseable {
  /** A third of a pixel over the width of a crop of 96. */
  private static final double SAME_SCALE = 1.0 / 300;

  int width() {
    return density.width();
  }

  int height() {
    return density.height();
  }

  int inputWidth() {
    return captured.width();
  }

  int inputHeight() {
    return captured.height();
  }

  /** Pixels of the field as captured, a pixel here. */
  public double zoomX() {
    return (double) inputWidth() / width();
  }

  /** Pixels of the field as captured, a pixel here. */
  public double zoomY() {
    return (double) inputHeight() / height();
  }

  double um2PerPx() {
    return scale.umPerPx() * zoomX() * scale.umPerPx() * zoomY();
  }

  /** Whether a picture at that scale, no wider than a crop, may be cut from these very pixels. */
  public boolean isAt(double umPerPx) {
    return Math.abs(scale.umPerPx() * zoomX() / umPerPx - 1) < SAME_SCALE
        && Math.abs(scale.umPerPx() * zoomY() / umPerPx - 1) < SAME_SCALE;
  }

  /** A box of pixels here in pixels of the field as captured. */
  Box toInput(Box box) {
    int left = (int) Math.floor(box.x() * zoomX());
    int top = (int) Math.floor(box.y() * zoomY());
    int right = (int) Math.min(inputWidth(), Math.ceil((box.x() + box.width()) * zoomX()));
    int bottom = (int) Math.min(inputHeight(), Math.ceil((box.y() + box.height()) * zoomY()));
    return new Box(left, top, right - left, bottom - top);
  }

  @Override
  public void close() {
    density.close();
  }
}
