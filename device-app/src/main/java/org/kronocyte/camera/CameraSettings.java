package org.kronocyte.camera;

import java.nio.file.Path;
import java.util.Objects;

/**
 * What to ask of a V4L2 camera. The driver may give another mode; the frames tell.
 *
 * @param device node, better one of {@code /dev/v4l/by-id}, which stays when others are plugged in
 * @param width pixels
 * @param height pixels
 * @param framesPerSecond at least 1
 */
public record CameraSettings(Path device, int width, int height, int framesPerSecond) {
  public CameraSettings {
    Objects.requireNonNull(device, "device");
    if (width < 1 || height < 1 || framesPerSecond < 1) {
      throw new IllegalArgumentException(
          "a camera can't give " + width + "x" + height + " at " + framesPerSecond + " frames/s");
    }
  }
}
