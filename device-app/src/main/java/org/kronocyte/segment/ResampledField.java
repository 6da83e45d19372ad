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
 * @param inputWidth of the field as captured, pixels
 * @param inputHeight of the field as captured, pixels
 * @param scale of the field as captured
 */
public record ResampledField(OpticalDensity density, int inputWidth, int inputHeight, Scale scale)
    implements AutoCloseable {

  int width() {
    return density.width();
  }

  int height() {
    return density.height();
  }

  /** Pixels of the field as captured, a pixel here. */
  double zoomX() {
    return (double) inputWidth / width();
  }

  /** Pixels of the field as captured, a pixel here. */
  double zoomY() {
    return (double) inputHeight / height();
  }

  double um2PerPx() {
    return scale.umPerPx() * zoomX() * scale.umPerPx() * zoomY();
  }

  /** A box of pixels here in pixels of the field as captured. */
  Box toInput(Box box) {
    int left = (int) Math.floor(box.x() * zoomX());
    int top = (int) Math.floor(box.y() * zoomY());
    int right = (int) Math.min(inputWidth, Math.ceil((box.x() + box.width()) * zoomX()));
    int bottom = (int) Math.min(inputHeight, Math.ceil((box.y() + box.height()) * zoomY()));
    return new Box(left, top, right - left, bottom - top);
  }

  @Override
  public void close() {
    density.close();
  }
}
