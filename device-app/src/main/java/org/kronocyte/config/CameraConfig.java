package org.kronocyte.config;

import java.nio.file.Path;

/** Where frames come from; one record a kind, with only the settings that mean something for it. */
public sealed interface CameraConfig {
  /** The words allowed for {@code camera.kind}. */
  enum Kind {
    V4L2,
    FOLDER,
    MJPEG,
    VIRTUAL
  }

  /** What is taken if the file doesn't say; never {@link Kind#VIRTUAL}. */
  Kind DEFAULT_KIND = Kind.V4L2;

  int MIN_SIDE_PX = 64;
  int MAX_SIDE_PX = 8192;
  int MAX_FPS = 120;

  /**
   * A camera of the operating system.
   *
   * @param device absolute path of the device file
   * @param widthPx frame width to ask for
   * @param heightPx frame height to ask for
   * @param fps frames a second to ask for
   */
  record V4l2(Path device, int widthPx, int heightPx, int fps) implements CameraConfig {}

  /**
   * The images of a folder, listed once at the start and read in the order of their names; after
   * the last the slide is finished and the daemon ends. Not for a folder that is filled meanwhile.
   *
   * @param path absolute path of the folder
   */
  record Folder(Path path) implements CameraConfig {}

  /**
   * A recording.
   *
   * @param path absolute path of a motion-JPEG file
   */
  record Mjpeg(Path path) implements CameraConfig {}

  /**
   * Drawn fields, for a demonstration only; results are marked as simulated.
   *
   * @param widthPx frame width
   * @param heightPx frame height
   * @param fieldsPerSecond how often the virtual stage moves on
   */
  record Virtual(int widthPx, int heightPx, double fieldsPerSecond) implements CameraConfig {
    public static final int DEFAULT_WIDTH_PX = 1280;
    public static final int DEFAULT_HEIGHT_PX = 960;
    public static final double DEFAULT_FIELDS_PER_SECOND = 1.0;
    static final double MIN_FIELDS_PER_SECOND = 0.01;
    static final double MAX_FIELDS_PER_SECOND = 30;
  }
}
