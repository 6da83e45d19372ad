package org.kronocyte.quality;

import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.PixelArena;
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfDouble;
import org.opencv.imgproc.Imgproc;

/**
 * How sharp a field is: the variance of the squared gradient of its green density (the Tenengrad
 * variance [1]) over the squared variance of that density.
 *
 * <p>The division makes the score independent of how deep the stain is. Of the measures tried it is
 * the one that both finds the sharpest plane of a real stack and falls steadily with defocus
 * although the camera's noise stays: a variance of the Laplacian rises again when only noise is
 * left, and one of a smoothed picture prefers the rings around a defocused cell. It grows with the
 * sampling, so scores compare only at one um per pixel.
 *
 * <p>[1] Pech-Pacheco et al., Diatom autofocusing in brightfield microscopy, ICPR 2000.
 */
public final class FocusMeter {
  private FocusMeter() {}

  /**
   * The score, 0 for a flat image; at 0.25 um/px about 20 to 2000 for sharp fields, below 10 from 4
   * um defocus on.
   */
  public static double score(OpticalDensity field) {
    try (PixelArena arena = new PixelArena()) {
      Mat green = arena.mat();
      Core.extractChannel(field.rgb(), green, 1);
      Mat across = arena.mat();
      Imgproc.Sobel(green, across, CvType.CV_32F, 1, 0);
      Mat down = arena.mat();
      Imgproc.Sobel(green, down, CvType.CV_32F, 0, 1);
      Core.multiply(across, across, across);
      Core.multiply(down, down, down);
      Core.add(across, down, across);
      double spread = variance(green);
      return spread == 0 ? 0 : variance(across) / (spread * spread);
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
