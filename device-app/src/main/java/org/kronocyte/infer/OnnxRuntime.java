package org.kronocyte.infer;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import com.sun.jna.NativeLibrary;
import org.kronocyte.problem.ProblemException;

/**
 * ONNX Runtime's one environment, made so that it tells nobody anything.
 *
 * <p>The official Linux builds report to their maker from version 1.29 on: each start adds events
 * to {@code ~/.cache/Microsoft/DeveloperTools/.onnxruntime/onnxruntime.db} and asks for the name of
 * a server in the internet. A device must not call home; and one without internet keeps all events,
 * until, after some 2800 of them, reading them back overruns the stack of Java's main thread and
 * the process dies of a segmentation fault, at that start and every later one.
 *
 * <p>The library's own switch for it works only once an environment exists. What it heeds before is
 * an environment variable, which Java can't set for itself, but the C library can.
 */
final class OnnxRuntime {
  /** With any value but 0 nothing is made, written or sent. */
  static final String SILENCE = "ORT_DISABLE_TELEMETRY";

  private static OrtEnvironment environment;

  private OnnxRuntime() {}

  /**
   * Must be called before anything else of ONNX Runtime's. Thread-safe.
   *
   * @throws ProblemException {@code engine_unavailable} if it can't be silenced, and isn't loaded
   *     then, or if it can't be loaded on this machine
   */
  static synchronized OrtEnvironment environment() throws ProblemException {
    if (environment == null) {
      silence();
      environment = load();
    }
    return environment;
  }

  private static OrtEnvironment load() throws ProblemException {
    try {
      return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "kronocyte");
    } catch (LinkageError e) {
      throw new ProblemException(
          "engine_unavailable",
          "ONNX Runtime can't be loaded on "
              + System.getProperty("os.arch")
              + " ("
              + (e.getCause() == null ? e : e.getCause())
              + ")",
          "use TensorFlow Lite: --engine tflite, or models.engine: tflite; if the folder for"
              + " temporary files is mounted noexec, name another with -Djava.io.tmpdir",
          e);
    }
  }

  /** A launcher that sets the variable saves the call. */
  private static void silence() throws ProblemException {
    if ("1".equals(System.getenv(SILENCE))) {
      return;
    }
    try {
      int failed =
          NativeLibrary.getInstance("c")
              .getFunction("setenv")
              .invokeInt(new Object[] {SILENCE, "1", 1});
      if (failed != 0) {
        throw new UnsatisfiedLinkError("setenv answered " + failed);
      }
    } catch (LinkageError e) {
      throw new ProblemException(
          "engine_unavailable",
          "ONNX Runtime isn't used, because it can't be kept from reporting to its maker ("
              + e.getMessage()
              + ")",
          "set " + SILENCE + "=1 for this program, or use --engine tflite",
          e);
    }
  }
}
