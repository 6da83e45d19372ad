package org.kronocyte.camera;

import org.opencv.core.Mat;

/**
 * The part of OpenCV's VideoCapture that the sources need, so that losing and finding a device can
 * be tested without one. One thread at a time.
 */
interface Capture {
  /**
   * Opens the device or file; closes what was open.
   *
   * @return false if it isn't there or can't be used
   */
  boolean open();

  /**
   * Waits for a frame.
   *
   * @param into receives BGR pixels
   * @return false at the end, or if the device is lost
   */
  boolean read(Mat into);

  /** What was really opened, e.g. {@code 1280x960 at 30 frames/s}. */
  String mode();

  /** Frames a recording says it has; 0 if unknown or live. */
  long frameCount();

  /** Closes; may be called when nothing is open. */
  void release();
}
