package org.kronocyte.camera.virtual;

/**
 * A sum of stains as optical density.
 *
 * @param red optical density in the red channel, and so on
 */
record Colour(float red, float green, float blue) {
  static final Colour NONE = new Colour(0, 0, 0);

  Colour plus(Stain stain, double amount) {
    float a = (float) amount;
    return new Colour(red + a * stain.red, green + a * stain.green, blue + a * stain.blue);
  }
}
