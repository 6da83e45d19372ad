package org.kronocyte.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.publish.SchemaCheck;

/** Every damaged input gets its own clear error, and the rest go on. */
class BadInputsTest {
  @TempDir Path in;
  @TempDir Path out;

  /** Error codes by file, from the summary; each error must also stand in the field's place. */
  private Map<String, String> errors() throws IOException {
    Map<String, String> codes = new TreeMap<>();
    JsonNode summary = SchemaCheck.assertValid(Files.readString(out.resolve("summary.json")));
    for (JsonNode entry : summary.get("errors")) {
      SchemaCheck.assertValid(entry.toString());
      Path image = Path.of(entry.get("image").asText());
      codes.put(in.relativize(image).toString(), entry.at("/error/code").asText());
      String stem = image.getFileName().toString().replaceFirst("\\.[a-z]+$", "");
      JsonNode own = SchemaCheck.assertValid(Files.readString(out.resolve(stem + ".json")));
      assertEquals(entry, own);
    }
    assertEquals(codes.size(), summary.get("fields_failed").asInt());
    return codes;
  }

  @Test
  void oneFolderOfEverything() throws IOException {
    Pictures.truncatedJpeg(in.resolve("cut.jpg"));
    Files.write(in.resolve("empty.png"), new byte[0]);
    Files.writeString(in.resolve("text.png"), "this is no image\n");
    Pictures.bomb(in.resolve("bomb.png"), 20_000);
    Pictures.field(in.resolve("good.png"), 1);
    Pictures.grey(in.resolve("grey.png"));
    Pictures.grey16(in.resolve("deep.tiff"));
    long before = peakResidentKb();
    Shell run =
        assertTimeout(Duration.ofSeconds(20), () -> Shell.withModels("analyze", "--out", out, in));
    assertTrue(peakResidentKb() - before < 400_000, "memory for a picture that is refused");
    assertEquals(2, run.exit(), run.err());
    assertEquals(
        Map.of(
            "cut.jpg", "image_truncated",
            "empty.png", "image_empty",
            "text.png", "image_unknown_format",
            "bomb.png", "image_too_large"),
        errors());
    for (String good : List.of("good", "grey", "deep")) {
      JsonNode field = SchemaCheck.assertValid(Files.readString(out.resolve(good + ".json")));
      assertEquals(Pictures.WIDTH, field.get("width").asInt());
    }
    assertTrue(run.err().contains("20000x20000"), run.err());
    assertEquals(4, run.err().lines().count(), run.err());
  }

  @Test
  void nothingButDamagedFilesIsExit1() throws IOException {
    Files.write(in.resolve("empty.png"), new byte[0]);
    Shell run = Shell.withModels("analyze", "--out", out, in, in.resolve("gone.png"));
    assertEquals(1, run.exit());
    assertEquals("image_empty", errors().get("empty.png"));
    assertEquals("image_unreadable", errors().get("gone.png"));
  }

  /** The most memory this process ever had, from the kernel. */
  private static long peakResidentKb() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatMayNotBeReadIsNamed() throws Exception {
    Pictures.field(in.resolve("good.png"), 1);
    Path file = Pictures.field(in.resolve("locked.png"), 1);
    Path folder = Files.createDirectory(in.resolve("shut"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("---------"));
    try {
      String models = Shell.MODELS.toString();
      Shell analyze =
          OrdinaryUser.run("analyze", "--models", models, "--out", out.toString(), in.toString());
      assertEquals(2, analyze.exit(), analyze.err());
      assertEquals(Map.of("locked.png", "image_unreadable", "shut", "folder_unreadable"), errors());
    } finally {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }
  }
}
