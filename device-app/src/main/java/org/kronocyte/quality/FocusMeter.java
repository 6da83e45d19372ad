package org.kronocyte.quality;

import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.PixelArena;
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfDouble;
import org.opencv.imgproc.Imgproc;

/**
 * How sharp a field is: the variance of the Laplacian of its green density over the variance of
 * that density [1].
 *
 * <p>Dividing by the variance makes the score independent of how deep the stain is and how many
 * cells are in view; it still grows with the sampling, so scores compare only at one um per pixel.
 *
 * <p>[1] Pech-Pacheco et al., Diatom autofocusing in brightfield microscopy, ICPR 2000.
 */
public final class FocusMeter {
  private FocusMeter() {}

  /**
   * The score, 0 for a flat image, times 1000; typically 5 (blurred) to 200 (sharp) at 0.25 um/px.
   */
  public static double score(OpticalDensity field) {
    try (PixelArena arena = new PixelArena()) {
      Mat green = arena.mat();
      Core.extractChannel(field.rgb(), green, 1);
      Mat laplacian = arena.mat();
      Imgproc.Laplacian(green, laplacian, CvType.CV_16S);
      double spread = variance(green);
      return spread == 0 ? 0 : 1000 * variance(laplacian) / spread;
    }
  }

  private static double variance(Mat image) {
    MatOfDouble mean = new MatOfDouble();
    MatOfDouble deviation = new MatOfDouble();
    try {
      Core.meanStdDev(image, mean, deviation);
      double d = deviation.get(0, 0)[0];
      return d * d;
    } finally {
      mean.release();
      deviation.release();
    }
  }
}
