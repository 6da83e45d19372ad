package org.kronocyte.quality;

import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.PixelArena;
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfDouble;
import org.opencv.core.Size;
import org.opencv.imgproc.Imgproc;

/**
 * How sharp a field is: the variance of the Laplacian of its green density over the variance of
 * that density [1], both smoothed by a Gaussian of one pixel first.
 *
 * <p>Dividing by the variance makes the score independent of how deep the stain is and how many
 * cells are in view; it still grows with the sampling, so scores compare only at one um per pixel.
 * Without the smoothing the camera's noise, which a plain Laplacian loves, holds the score up when
 * nothing else is left to see, so that a field far out of focus would pass.
 *
 * <p>[1] Pech-Pacheco et al., Diatom autofocusing in brightfield microscopy, ICPR 2000.
 */
public final class FocusMeter {
  private FocusMeter() {}

  /** Brings fields 2 um out of focus to about 5 and sharp ones to 15 to 90, at 0.25 um/px. */
  private static final double GAIN = 5000;

  private static final double SMOOTHING_PX = 1;

  /** The score, 0 for a flat image. */
  public static double score(OpticalDensity field) {
    try (PixelArena arena = new PixelArena()) {
      Mat green = arena.mat();
      Core.extractChannel(field.rgb(), green, 1);
      Mat smooth = arena.mat();
      green.convertTo(smooth, CvType.CV_32F);
      Imgproc.GaussianBlur(smooth, smooth, new Size(0, 0), SMOOTHING_PX);
      Mat laplacian = arena.mat();
      Imgproc.Laplacian(smooth, laplacian, CvType.CV_32F);
      double spread = variance(smooth);
      return spread == 0 ? 0 : GAIN * variance(laplacian) / spread;
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
