package org.kronocyte.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The table that {@code classify} writes. */
class ClassifyTest {
  private Path cells;

  @TempDir Path out;

  @BeforeEach
  void makeFolder() throws IOException {
    cells = Files.createTempDirectory(Path.of("target"), "cells");
  }

  /** The classes of the shipped classifier, in its order. */
  private static List<String> labels() throws IOException {
    try (var manifests = Files.walk(Shell.MODELS)) {
      for (Path file : manifests.filter(f -> f.endsWith("manifest.json")).toList()) {
        JsonNode manifest = new ObjectMapper().readTree(file.toFile());
        if (manifest.get("kind").asText().equals("classifier")) {
          List<String> labels = new ArrayList<>();
          manifest.findValue("labels").forEach(label -> labels.add(label.asText()));
          return labels;
        }
      }
    }
    throw new IOException("no classifier in " + Shell.MODELS);
  }

  @Test
  void tableHasOneColumnAClassAndOneRowAnImage() throws IOException {
    Path first = Pictures.field(cells.resolve("a/1.png"), 1);
    Path second = Pictures.field(cells.resolve("b/1.jpg"), 2);
    Path damaged = Files.write(cells.resolve("c.png"), new byte[0]);
    Shell run = Shell.withModels("classify", "--um-per-px", "0.1", cells);
    assertEquals(2, run.exit());
    assertTrue(run.err().contains("c.png has 0 bytes"), run.err());
    List<String> labels = labels();
    List<String> lines = run.out().lines().toList();
    assertEquals("path,label,probability,status,p_" + String.join(",p_", labels), lines.get(0));
    assertRow(lines.get(1), first, labels);
    assertRow(lines.get(2), second, labels);
    assertEquals(damaged + ",,,error" + ",".repeat(labels.size()), lines.get(3));
    assertEquals(4, lines.size());
    assertEquals(-1, run.out().indexOf('\r'));
  }

  private static void assertRow(String line, Path path, List<String> labels) {
    String[] values = line.split(",", -1);
    assertEquals(4 + labels.size(), values.length, line);
    assertEquals(path.toString(), values[0]);
    double[] p = Arrays.stream(values).skip(4).mapToDouble(Double::parseDouble).toArray();
    assertEquals(1, Arrays.stream(p).sum(), 0.0001 * labels.size());
    double largest = Arrays.stream(p).max().orElseThrow();
    assertEquals(largest, Double.parseDouble(values[2]));
    assertEquals(largest, p[labels.indexOf(values[1])], "the label is the most probable class");
    assertTrue(Set.of("counted", "uncertain", "rejected").contains(values[3]), line);
  }

  @Test
  void tableGoesToAFileAndCommasAreQuoted() throws IOException {
    Path image = Pictures.field(cells.resolve("a, \"b\".png"), 1);
    Path table = out.resolve("cells.csv");
    Shell run = Shell.withModels("classify", "--um-per-px", "0.1", "--out", table, image);
    assertEquals(0, run.exit(), run.err());
    assertEquals("", run.out());
    List<String> lines = Files.readAllLines(table);
    assertEquals(2, lines.size());
    assertTrue(
        lines.get(1).startsWith('"' + image.toString().replace("\"", "\"\"") + "\","),
        lines.get(1));
  }

  @Test
  void nothingReadableIsExit1() throws IOException {
    Files.write(cells.resolve("c.png"), new byte[0]);
    Shell run = Shell.withModels("classify", "--um-per-px", "0.1", cells);
    assertEquals(1, run.exit());
    assertEquals(2, run.out().lines().count());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void tableOnAFullDiskIsExit1() throws IOException {
    Path image = Pictures.field(cells.resolve("a.png"), 1);
    Path full = Path.of("/dev/full");
    Shell run = Shell.withModels("classify", "--um-per-px", "0.1", "--out", full, image);
    assertEquals(1, run.exit());
    assertTrue(run.err().contains("/dev/full"), run.err());
  }

  @Test
  void tableThatCantBeWrittenIsExit1() throws IOException {
    Path image = Pictures.field(cells.resolve("a.png"), 1);
    Path table = out.resolve("no/such/folder.csv");
    Shell run = Shell.withModels("classify", "--um-per-px", "0.1", "--out", table, image);
    assertEquals(1, run.exit());
    assertTrue(run.err().contains(table.toString()), run.err());
  }
}
