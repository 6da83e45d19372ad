package org.kronocyte.infer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.Packs;
import org.kronocyte.problem.ProblemException;

/**
 * In a process of its own, since what is tested happens once a process. Without the variable the
 * library leaves {@code onnxruntime.db} and {@code deviceid} there.
 */
@Timeout(90)
class OnnxRuntimeTest {
  /** Where else the library says nothing, so that nothing could be learnt there. */
  private static final List<String> SILENT_ANYWAY =
      List.of(OnnxRuntime.SILENCE, "ORT_RUNNING_UNIT_TESTS", "CI", "TF_BUILD", "GITHUB_ACTIONS");

  @TempDir Path folder;

  /** Opens a session as the program does. */
  static final class Session {
    private Session() {}

    public static void main(String[] arguments) throws Exception {
      OnnxEngine.open(Packs.only(ModelManifest.Kind.SEGMENTER), 1).close();
    }
  }

  /** Tries twice, and ends with success if it is told both times that there is no engine. */
  static final class Unavailable {
    private Unavailable() {}

    public static void main(String[] arguments) {
      for (int i = 0; i < 2; i++) {
        ProblemException e = assertThrows(ProblemException.class, OnnxRuntime::environment);
        assertEquals("engine_unavailable", e.problem().code());
        assertTrue(e.problem().message().contains("ONNX Runtime"), e.problem().message());
      }
    }
  }

  /** As with a C library that is too old, or temporary files that may not be executed. */
  @Test
  void aLibraryThatCannotBeLoadedIsAnUnavailableEngine() throws Exception {
    Path log = folder.resolve("log");
    int exit =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-Donnxruntime.native.path=" + folder.resolve("nowhere"),
                "-cp",
                System.getProperty("java.class.path"),
                Unavailable.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    assertEquals(0, exit, () -> read(log));
  }

  @Test
  void nothingIsKeptForItsMaker() throws Exception {
    Path home = Files.createDirectory(folder.resolve("home"));
    ProcessBuilder java =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-cp",
            System.getProperty("java.class.path"),
            Session.class.getName());
    Map<String, String> environment = java.environment();
    SILENT_ANYWAY.forEach(environment::remove);
    environment.put("HOME", home.toString());
    environment.put("XDG_CACHE_HOME", home.toString());
    Path log = folder.resolve("log");
    int exit = java.redirectErrorStream(true).redirectOutput(log.toFile()).start().waitFor();
    assertEquals(0, exit, () -> read(log));
    try (Stream<Path> files = Files.walk(home)) {
      assertEquals(List.of(), files.filter(Files::isRegularFile).toList());
    }
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
