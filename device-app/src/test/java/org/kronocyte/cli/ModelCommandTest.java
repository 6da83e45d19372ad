package org.kronocyte.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kronocyte model} and {@code --engine} as they are typed. */
class ModelCommandTest {
  @TempDir Path folder;

  private static Path pack(String prefix) throws Exception {
    try (var packs = Files.list(Shell.MODELS)) {
      return packs.filter(p -> p.getFileName().toString().startsWith(prefix)).findFirst().get();
    }
  }

  /** As the launcher tells it. */
  @BeforeEach
  void nameTheHome() throws IOException {
    Path home = Files.createDirectory(folder.resolve("home"));
    Files.createSymbolicLink(home.resolve("models"), Shell.MODELS.toRealPath());
    System.setProperty("kronocyte.home", home.toString());
  }

  @AfterEach
  void forgetTheHome() {
    System.clearProperty("kronocyte.home");
  }

  @Test
  void installListAndRollBack() throws Exception {
    for (String prefix : List.of("seg", "cls")) {
      Shell run = model("install", pack(prefix).toString());
      assertEquals(0, run.exit(), run.err());
      assertEquals(prefix.equals("seg"), run.out().contains("copied the packs"), run.out());
      assertTrue(run.out().contains("installed " + pack(prefix).getFileName()), run.out());
    }
    Shell list = model("list");
    assertEquals(0, list.exit(), list.err());
    assertEquals(2, list.out().lines().filter(l -> l.endsWith("in use")).count(), list.out());
    Shell none = model("rollback", "classifier");
    assertEquals(1, none.exit());
    assertTrue(none.err().contains("classifier"), none.err());
    Shell wrong = model("rollback", "microscope");
    assertEquals(ExitCode.USAGE, wrong.exit());
    assertEquals(1, model("install", folder.toString()).exit());
  }

  private Shell model(String action, String... rest) {
    String[] line = new String[4 + rest.length];
    line[0] = "model";
    line[1] = action;
    line[2] = "--models";
    line[3] = folder.resolve("models").toString();
    System.arraycopy(rest, 0, line, 4, rest.length);
    return Shell.run(line);
  }

  @Test
  void measureRecordsTheFastestForm() throws Exception {
    Shell run =
        Shell.run(
            "model",
            "measure",
            "--models",
            Shell.MODELS.toString(),
            "--data",
            folder.toString(),
            "--rounds",
            "1");
    assertEquals(0, run.exit(), run.err());
    assertEquals(2, run.out().lines().filter(l -> l.contains(" * ")).count(), run.out());
    JsonNode record = new ObjectMapper().readTree(folder.resolve("engines.json").toFile());
    assertEquals(2, record.path("models").size());
    assertTrue(record.at("/models/0/forms/tflite/p50_ms").asDouble() > 0, record.toString());
  }

  @Test
  void anEngineIsChosenByName() throws Exception {
    for (String engine : List.of("onnx", "tflite", "auto")) {
      Shell run =
          Shell.run("model", "verify", "--models", Shell.MODELS.toString(), "--engine", engine);
      assertEquals(0, run.exit(), run.err());
    }
    Shell run = Shell.run("model", "verify", "--engine", "abacus");
    assertEquals(ExitCode.USAGE, run.exit());
    assertTrue(run.err().contains("tflite"), run.err());
  }

  @Test
  void enginesAreComparedOnDrawnFields() throws Exception {
    Pictures.field(folder.resolve("a.png"), 1);
    Shell run = compare("--at-least", "99.5");
    assertEquals(0, run.exit(), run.err());
    assertTrue(run.out().contains("1 images"), run.out());
    assertTrue(run.out().startsWith("onnxruntime"), run.out());
    assertEquals(1, compare("--at-least", "100.1").exit());
    assertEquals(ExitCode.USAGE, compare("--cells").exit());
    assertEquals(0, compare("--cells", "--um-per-px", "0.15", "--at-least", "99").exit());
  }

  private Shell compare(String... options) {
    List<String> line =
        new ArrayList<>(
            List.of("model", "compare", "--models", Shell.MODELS.toString(), "--engine", "onnx"));
    line.addAll(List.of(options));
    line.add(folder.resolve("a.png").toString());
    return Shell.run(line.toArray(String[]::new));
  }
}
