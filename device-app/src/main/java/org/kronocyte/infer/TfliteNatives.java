package org.kronocyte.infer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.kronocyte.problem.ProblemException;

/** Loads TensorFlow Lite once, without leaving a trace on the disk. */
final class TfliteNatives {
  private static final String CACHE = "org.bytedeco.javacpp.cachedir";

  private static boolean loaded;

  private TfliteNatives() {}

  /**
   * Does nothing the second time.
   *
   * @throws ProblemException {@code engine_unavailable} if there is no library for this machine
   */
  static synchronized void load() throws ProblemException {
    if (loaded) {
      return;
    }
    try {
      if (System.getProperty(CACHE) == null) {
        // The library's own choice is the home folder, which a service may not have.
        Path folder = Files.createTempDirectory("kronocyte-tflite");
        System.setProperty(CACHE, folder.toString());
        try {
          link();
        } finally {
          delete(folder);
        }
      } else {
        link();
      }
      loaded = true;
    } catch (IOException | LinkageError e) {
      throw new ProblemException(
          "engine_unavailable",
          "TensorFlow Lite can't be loaded on "
              + System.getProperty("os.arch")
              + " ("
              + e.getMessage()
              + ")",
          "use ONNX Runtime: --engine onnx, or models.engine: onnx",
          e);
    }
  }

  private static void link() {
    // Else it counts the whole process's pixels as its own and gives up.
    System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    Loader.load(org.bytedeco.tensorflowlite.global.tensorflowlite.class);
  }

  /** A loaded library stays usable without its file. */
  private static void delete(Path folder) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> files = Files.walk(folder)) {
      deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : deepestFirst) {
      Files.delete(file);
    }
  }
}
