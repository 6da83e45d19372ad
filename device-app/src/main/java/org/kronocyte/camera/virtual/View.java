package org.kronocyte.camera.virtual;

/**
 * How the microscope looks at a field.
 *
 * @param defocusUm distance from the plane of focus, either sign
 * @param shiftXUm how far the film has moved to the right, um
 * @param shiftYUm how far the film has moved down, um
 * @param exposure number of the exposure: another number, other sensor noise
 */
public record View(double defocusUm, double shiftXUm, double shiftYUm, long exposure) {
  /** In focus, as placed. */
  public static final View SHARP = new View(0, 0, 0, 0);
}
