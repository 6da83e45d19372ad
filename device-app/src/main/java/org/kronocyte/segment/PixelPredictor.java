package org.kronocyte.segment;

import org.kronocyte.problem.ProblemException;
import org.opencv.core.Mat;

/** Says of every pixel what it is; all that follows is the same whoever said it. One thread. */
interface PixelPredictor {
  /**
   * Predicts every pixel of a field.
   *
   * @param field 8-bit RGB density {@code [H,W,3]} at the predictor's um/px; not modified
   * @return half the size, rounded up
   */
  Prediction predict(Mat field) throws ProblemException;
}
