package org.kronocyte.config;

import java.nio.file.Path;
import org.kronocyte.problem.ProblemException;

/**
 * Defaults that depend on the board's speed and wiring; a key in the file wins over them.
 *
 * @param videoDevice camera device file
 * @param widthPx frame width to ask the camera for
 * @param heightPx frame height to ask the camera for
 * @param fps frames a second to ask the camera for
 * @param inferenceThreads threads for the network, 1 to 8
 */
public record BoardDefaults(
    Path videoDevice, int widthPx, int heightPx, int fps, int inferenceThreads) {
  /** Used when no board profile is set. */
  public static final BoardDefaults GENERIC =
      new BoardDefaults(Path.of("/dev/video0"), 1280, 960, 10, 1);

  /** Finds a board profile. */
  @FunctionalInterface
  public interface Lookup {
    /**
     * The defaults in a profile.
     *
     * @param profile name or absolute path of the profile
     * @throws ProblemException if there is no such profile or it is wrong
     */
    BoardDefaults defaultsOf(String profile) throws ProblemException;
  }
}
