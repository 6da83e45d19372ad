package org.kronocyte.camera.virtual;

import java.util.SplittableRandom;

/**
 * Band-limited noise, mean 0 and variance 1, that repeats without a seam: chromatin, granular
 * cytoplasm and the wobble of outlines are read from it at different scales.
 *
 * <p>A difference of two Gaussians of white noise on a torus; one period of its main wavelength is
 * {@value #FEATURE_PX} tile pixels. Immutable.
 */
final class NoiseTile {
  static final int SIZE = 512;
  static final int FEATURE_PX = 8;

  private final float[] tile;

  NoiseTile(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] white = new float[SIZE * SIZE];
    for (int i = 0; i < white.length; i++) {
      white[i] = (float) random.nextGaussian();
    }
    float[] narrow = smooth(white, FEATURE_PX / 5.0);
    float[] wide = smooth(white, FEATURE_PX / 2.0);
    double sum = 0;
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] -= wide[i];
      sum += (double) narrow[i] * narrow[i];
    }
    float scale = (float) (1 / Math.sqrt(sum / narrow.length));
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] *= scale;
    }
    tile = narrow;
  }

  /**
   * Bilinear value at a point.
   *
   * @param x in features: 1 is one period of the main wavelength; any value, repeats
   */
  float at(float x, float y) {
    float tx = x * FEATURE_PX;
    float ty = y * FEATURE_PX;
    int ix = (int) Math.floor(tx);
    int iy = (int) Math.floor(ty);
    float fx = tx - ix;
    float fy = ty - iy;
    int x0 = ix & (SIZE - 1);
    int x1 = (ix + 1) & (SIZE - 1);
    int row0 = (iy & (SIZE - 1)) * SIZE;
    int row1 = ((iy + 1) & (SIZE - 1)) * SIZE;
    float top = tile[row0 + x0] + fx * (tile[row0 + x1] - tile[row0 + x0]);
    float bottom = tile[row1 + x0] + fx * (tile[row1 + x1] - tile[row1 + x0]);
    return top + fy * (bottom - top);
  }

  private static float[] smooth(float[] image, double sigma) {
    return transposedBlur(transposedBlur(image, sigma), sigma);
  }

  private static float[] transposedBlur(float[] image, double sigma) {
    float[] kernel = Gaussian.kernel(sigma);
    int radius = kernel.length / 2;
    float[] out = new float[image.length];
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        float sum = 0;
        for (int k = -radius; k <= radius; k++) {
          sum += kernel[k + radius] * image[y * SIZE + ((x + k) & (SIZE - 1))];
        }
        out[x * SIZE + y] = sum;
      }
    }
    return out;
  }
}
