package org.kronocyte.camera.virtual;

import java.util.SplittableRandom;

/**
 * From optical density to camera pixels: Beer-Lambert law, uneven illumination, focus blur, shot
 * and read noise. Values are 8-bit as delivered; the sensor's response is taken as linear.
 */
final class Optics {
  private static final double IN_FOCUS_SIGMA_UM = 0.10;

  /** Blur a um of defocus makes: about half the cone of light of a 1.25 objective. */
  private static final double SIGMA_PER_DEFOCUS = 0.35;

  private static final double MAX_SIGMA_UM = 1.6;
  private static final int STEPS_PER_OD = 1024;
  private static final float MAX_OD = 3;
  private static final int NOISE_TABLE = 1 << 16;
  private static final float READ_NOISE = 0.8f;
  private static final float SHOT_NOISE = 0.11f;

  private final float[] transmission = new float[(int) (MAX_OD * STEPS_PER_OD) + 1];
  private final float[] gaussian = new float[NOISE_TABLE];
  private final float[] noiseAt = new float[256];
  private final float[] lampRgb;
  private final float[] stainRgb;
  private final float vignette;
  private final float tiltX;
  private final float tiltY;
  private final float[] scratch;

  /** One slide's lamp, white balance and vignetting, drawn from the random numbers given. */
  Optics(int pixels, SplittableRandom random) {
    for (int i = 0; i < transmission.length; i++) {
      transmission[i] = (float) Math.pow(10, -(double) i / STEPS_PER_OD);
    }
    for (int i = 0; i < gaussian.length; i++) {
      gaussian[i] = (float) random.nextGaussian();
    }
    for (int i = 0; i < noiseAt.length; i++) {
      noiseAt[i] = (float) Math.sqrt(READ_NOISE * READ_NOISE + SHOT_NOISE * SHOT_NOISE * i);
    }
    // From the cream of a halogen lamp to a neutral white.
    float white = (float) random.nextDouble();
    lampRgb = new float[] {251 - 9 * white, 228 + 10 * white, 206 + 34 * white};
    // Batches of stain and dyeing times differ more in hue than in depth.
    float depth = (float) (0.92 + 0.16 * random.nextDouble());
    stainRgb = new float[3];
    for (int c = 0; c < 3; c++) {
      stainRgb[c] = depth * (float) (0.92 + 0.16 * random.nextDouble());
    }
    vignette = (float) (0.02 + 0.06 * random.nextDouble());
    tiltX = (float) (0.03 * (random.nextDouble() - 0.5));
    tiltY = (float) (0.03 * (random.nextDouble() - 0.5));
    scratch = new float[pixels];
  }

  /**
   * Exposes the film; its densities are overwritten.
   *
   * @param random of this exposure
   * @return {@code [H,W,3]} blue green red
   */
  byte[] expose(Film film, double defocusUm, SplittableRandom random) {
    byte[] bgr = new byte[film.width * film.height * 3];
    double blur = Math.min(MAX_SIGMA_UM, SIGMA_PER_DEFOCUS * Math.abs(defocusUm));
    double sigma = Math.hypot(IN_FOCUS_SIGMA_UM, blur) / film.umPerPx;
    float[] light = illumination(film);
    float[][] planes = {film.red, film.green, film.blue};
    for (int c = 0; c < 3; c++) {
      float[] plane = planes[c];
      transmit(plane, stainRgb[c], lampRgb[c]);
      Gaussian.blur(plane, scratch, film.width, film.height, sigma);
      sense(film, plane, light, bgr, 2 - c, random);
    }
    return bgr;
  }

  private void transmit(float[] plane, float stain, float lamp) {
    for (int i = 0; i < plane.length; i++) {
      float od = Math.max(0, Math.min(MAX_OD, plane[i] * stain));
      plane[i] = lamp * transmission[(int) (od * STEPS_PER_OD + 0.5f)];
    }
  }

  private void sense(
      Film film, float[] plane, float[] light, byte[] bgr, int offset, SplittableRandom random) {
    for (int y = 0; y < film.height; y++) {
      int draw = random.nextInt(NOISE_TABLE);
      float row = light[film.width + y];
      for (int x = 0; x < film.width; x++) {
        int at = y * film.width + x;
        float value = plane[at] * (row + light[x]);
        float noise = gaussian[(draw + x) & (NOISE_TABLE - 1)];
        value += noise * noiseAt[(int) Math.min(255, value)] + 0.5f;
        bgr[at * 3 + offset] = (byte) (int) Math.max(0, Math.min(255, value));
      }
    }
  }

  /** Vignette and tilt as a sum of a part for each column, then a part for each row. */
  private float[] illumination(Film film) {
    float[] light = new float[film.width + film.height];
    float half = Math.max(film.width, film.height) / 2f;
    for (int x = 0; x < film.width; x++) {
      float u = (x - film.width / 2f) / half;
      light[x] = tiltX * u - vignette * u * u;
    }
    for (int y = 0; y < film.height; y++) {
      float v = (y - film.height / 2f) / half;
      light[film.width + y] = 1 + tiltY * v - vignette * v * v;
    }
    return light;
  }
}
