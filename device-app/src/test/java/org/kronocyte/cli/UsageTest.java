package org.kronocyte.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What a person who doesn't know the program gets to see. */
class UsageTest {
  @TempDir Path folder;

  /** Every command and sub-command as it is typed. */
  static Stream<String> commands() {
    Map<String, CommandLine> all = new LinkedHashMap<>();
    collect("", Kronocyte.commandLine(), all);
    return all.keySet().stream();
  }

  private static void collect(String typed, CommandLine line, Map<String, CommandLine> into) {
    into.put(typed, line);
    line.getSubcommands()
        .forEach(
            (name, sub) -> {
              if (name.equals(sub.getCommandName())) { // not an alias
                collect((typed + " " + name).strip(), sub, into);
              }
            });
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpExplainsAndHasExamples(String command) {
    List<String> typed = new ArrayList<>(List.of(command.split(" ", -1)));
    typed.remove("");
    typed.add("--help");
    Shell help = Shell.run(typed.toArray(String[]::new));
    assertEquals(0, help.exit());
    assertEquals("", help.err());
    assertTrue(help.out().startsWith("Usage: kronocyte " + command), help.out());
    assertTrue(help.out().contains("Examples:\n  kronocyte "), help.out());
    assertFalse(help.out().contains("${"), help.out());
  }

  @Test
  void helpOfTheProgramNamesCommandsExitCodesAndLimits() {
    String help = Shell.run("--help").out();
    Stream.of("demo", "run", "analyze", "classify", "model", "Exit codes:", "never a diagnosis")
        .forEach(part -> assertTrue(help.contains(part), part));
    assertTrue(help.lines().anyMatch(l -> l.strip().startsWith("64")), help);
  }

  @Test
  void versionIsTold() {
    assertTrue(Shell.run("--version").out().startsWith("kronocyte "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "analyse x",
        "analyze",
        "analyze --unknown x",
        "analyze --specimen liver x",
        "analyze --um-per-px 0 x",
        "analyze --um-per-px 2.1 x",
        "analyze --um-per-px -0.1 x",
        "analyze --um-per-px NaN x",
        "analyze --um-per-px wide x",
        "analyze --um-per-px 0,1 x",
        "analyze --masks x",
        "analyze --overlay x",
        "classify x",
        "classify --um-per-px 0.15",
        "classify --um-per-px auto x",
        "classify --um-per-px 9 x",
        "run",
        "demo --duration soon",
        "demo --port 70000",
        "demo --port -1",
        "model",
        "model remove",
        "slide",
        "slide start",
        "slide list --data x --config y",
        "slide list --data x --newest -1",
        "slide start --data x --planned many",
        "slide start --data x --specimen liver",
        "slide export --data x",
        "slide export --data x --out y",
        "slide export --data x --out y --all z"
      })
  void wrongCommandLineExits64AndPointsToHelp(String line) {
    Shell run = Shell.run(line.isEmpty() ? new String[0] : line.split(" ", -1));
    assertEquals(64, run.exit(), run.err());
    assertEquals("", run.out());
    assertTrue(run.err().contains("--help'."), run.err());
  }

  @Test
  void misspeltCommandGetsASuggestion() {
    assertTrue(Shell.run("analyse", "x").err().contains("analyze"));
  }

  @Test
  void folderWithoutImagesIsNothingToDo() {
    Shell run = Shell.withModels("analyze", folder);
    assertEquals(1, run.exit());
    assertTrue(run.err().contains("no image was found"), run.err());
  }

  @Test
  void missingListIsNothingToDo() {
    Shell run = Shell.withModels("analyze", "@" + folder.resolve("none.txt"));
    assertEquals(1, run.exit());
    assertTrue(run.err().contains("none.txt"), run.err());
  }

  @Test
  void missingModelsAreNamedWithWhatToDo() throws Exception {
    Pictures.field(folder.resolve("a.png"), 1);
    Shell run = Shell.run("analyze", "--models", folder.toString(), folder.toString());
    assertEquals(1, run.exit());
    assertTrue(run.err().contains(folder.toString()), run.err());
    assertTrue(run.err().contains("--models DIR"), run.err());
  }

  @Test
  void modelListShowsBothPacksAndADamagedOneExits2() throws Exception {
    Shell good = Shell.run("model", "list", "--models", Shell.MODELS.toString());
    assertEquals(0, good.exit(), good.err());
    assertEquals(2, good.out().lines().count());
    try (Stream<Path> files = Files.walk(Shell.MODELS)) {
      for (Path file : files.toList()) {
        Path copy = folder.resolve(Shell.MODELS.relativize(file).toString());
        if (!Files.exists(copy)) {
          Files.copy(file, copy);
        }
      }
    }
    Path weights;
    try (Stream<Path> files = Files.walk(folder)) {
      weights = files.filter(f -> f.endsWith("weights.bin")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length / 2] ^= 1;
    Files.write(weights, bytes);
    Shell bad = Shell.run("model", "verify", "--models", folder.toString());
    assertEquals(2, bad.exit());
    assertEquals(1, bad.out().lines().count());
    assertTrue(bad.err().contains(weights.getParent().toString()), bad.err());
  }

  @Test
  void configurationIsCheckedWithoutAnyDevice() throws Exception {
    Path config = folder.resolve("my.yaml");
    Files.writeString(config, "device: {site: clinic-1, name: scope-1}\nslide: {specimn: blood}\n");
    Shell run = Shell.run("run", "--check", "--config", config.toString());
    assertEquals(1, run.exit());
    assertTrue(run.err().contains("specimn"), run.err());
    assertTrue(run.err().contains("specimen"), run.err());
    Files.writeString(
        config, "device: {site: clinic-1, name: scope-1}\nslide: {specimen: blood}\n");
    assertEquals(0, Shell.run("run", "--check", "--config", config.toString()).exit());
  }

  @Test
  void commandThatDoesntExistIsSeenWithoutConnecting() throws Exception {
    Path config = folder.resolve("my.yaml");
    Files.writeString(
        config,
        """
        device: {site: clinic-1, name: scope-1}
        slide: {specimen: blood}
        mqtt: {uri: 'tcp://localhost', commands: [slide-begin]}
        """);
    Shell run = Shell.run("run", "--check", "--config", config.toString());
    assertEquals(1, run.exit());
    assertTrue(run.err().contains("slide-begin"), run.err());
  }

  @Test
  void doctorLooksAtTheModelsOfTheConfiguration() throws Exception {
    Path config = folder.resolve("my.yaml");
    Files.writeString(
        config,
        "device: {site: clinic-1, name: scope-1}\nslide: {specimen: blood}\nmodels: {dir: /no/such/models}\n");
    Shell run = Shell.withModels("doctor", "--config", config);
    assertEquals(1, run.exit());
    assertTrue(run.out().contains("the model folder /no/such/models can't be read"), run.out());
  }
}
