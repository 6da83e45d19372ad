package org.kronocyte.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kronocyte.app.StubDaemon;
import org.kronocyte.publish.SchemaCheck;

/** What a person does with slides on the command line, with a daemon's desk beside it. */
@Timeout(60)
class SlideCommandTest {
  @TempDir Path dir;
  private Path data;
  private StubDaemon daemon;

  @BeforeEach
  void start() throws Exception {
    data = dir.resolve("data");
    daemon = StubDaemon.start(data);
  }

  @AfterEach
  void stop() throws Exception {
    daemon.close();
  }

  private Shell slide(String... arguments) {
    return Shell.run(
        Stream.concat(
                Stream.of("slide", arguments[0], "--data", data.toString()),
                Stream.of(arguments).skip(1))
            .toArray(String[]::new));
  }

  private String said(String... arguments) {
    Shell shell = slide(arguments);
    assertEquals(0, shell.exit(), shell.err());
    return shell.out();
  }

  private String refused(String... arguments) {
    Shell shell = slide(arguments);
    assertEquals(1, shell.exit(), shell.out());
    return shell.err();
  }

  @Test
  void slideIsStartedPausedResumedAndFinished() throws Exception {
    assertTrue(refused("pause").contains("no slide is open"));
    String started =
        said(
            "start",
            "--slide",
            "mine",
            "--accession",
            "H26-01234",
            "--specimen",
            "marrow",
            "--planned",
            "3");
    assertEquals("slide mine started\n", started);
    assertTrue(refused("start").contains("slide mine is not finished"));
    assertEquals("paused\n", said("pause"));
    assertEquals("counting\n", said("resume"));
    daemon.count("secret/jane-doe.png");
    assertEquals(
        "slide mine finished, INCOMPLETE: 1 of 3 planned cells were counted\n", said("finish"));
    assertTrue(refused("finish").contains("no slide is open"));
    assertTrue(refused("start", "--slide", "mine").contains("there is a slide mine already"));
  }

  @Test
  void listAndShowWorkWithAndWithoutTheDaemon() throws Exception {
    said("start", "--slide", "a", "--accession", "H26-01234", "--planned", "1");
    daemon.count("x.png");
    assertTrue(said("show").contains("Complete: everything planned"), said("show"));
    assertTrue(said("show").contains("accession H26-01234, running"), said("show"));
    said("finish");
    said("start", "--slide", "b", "--planned", "9");
    daemon.close();
    List<String> list = said("list").lines().toList();
    assertTrue(list.get(1).startsWith("b  "), list.toString());
    assertTrue(list.get(1).contains("no field was read"), list.toString());
    assertTrue(list.get(2).startsWith("a  ") && list.get(2).endsWith("yes"), list.toString());
    assertEquals(list.subList(0, 2), said("list", "--newest", "1").lines().toList());
    assertTrue(said("show").startsWith("Slide b, blood, running"), said("show"));
    assertTrue(said("show").contains("MISSING: no field was read"));
    SchemaCheck.assertValid(said("show", "--json", "a"));
    assertTrue(refused("show", "c").contains("there is no slide c"));
    assertTrue(refused("finish").contains("no daemon works on " + data));
  }

  @Test
  void exportWritesJsonAndCsvWithoutNamesOfImages() throws Exception {
    said("start", "--slide", "a", "--accession", "H26-01234", "--planned", "1");
    daemon.count("secret/jane-doe.png");
    said("finish");
    Path usb = dir.resolve("usb");
    assertEquals(3, said("export", "--out", usb.toString(), "--all").lines().count());
    try (Stream<Path> files = Files.list(usb)) {
      assertEquals(
          List.of("a.cells.csv", "a.csv", "a.json"),
          files.map(f -> f.getFileName().toString()).sorted().toList());
    }
    String json = Files.readString(usb.resolve("a.json"));
    assertEquals("final", SchemaCheck.assertValid(json).get("state").asText());
    List<String> classes = Files.readAllLines(usb.resolve("a.csv"));
    assertTrue(
        classes.stream()
            .anyMatch(
                l -> l.startsWith("a,H26-01234,blood,final,true,false,LYT,lymphocyte,1,100.00,")),
        classes.toString());
    List<String> cells = Files.readAllLines(usb.resolve("a.cells.csv"));
    assertEquals(2, cells.size());
    assertEquals(
        cells.get(0).split(",", -1).length, cells.get(1).split(",", -1).length, cells.toString());
    for (String file : List.of("a.json", "a.csv", "a.cells.csv")) {
      assertFalse(Files.readString(usb.resolve(file)).contains("jane"), file);
    }
    Shell some = slide("export", "--out", usb.toString(), "a", "unknown");
    assertEquals(2, some.exit());
    assertTrue(some.err().contains("there is no slide unknown"), some.err());
  }

  @Test
  void exportToAPlaceThatCannotBeWrittenSaysSo() throws Exception {
    said("start", "--slide", "a");
    Path file = Files.writeString(dir.resolve("file"), "x");
    assertTrue(
        refused("export", "--out", file.toString(), "a")
            .contains("check that the folder or stick"));
  }

  @Test
  void daemonThatDoesNotAnswerIsGivenUpAndNothingIsLeftBehind() throws Exception {
    daemon.deafen();
    assertTrue(refused("start", "--wait", "1s").contains("did not take the request within 1 s"));
    assertEquals(0, daemon.requestsWaiting());
  }

  @Test
  void folderWithoutResultsAndNamesInsteadOfNumbersAreRefused() {
    Shell none = Shell.run("slide", "list", "--data", dir.resolve("none").toString());
    assertEquals(1, none.exit());
    assertTrue(none.err().contains("holds no results"), none.err());
    String name = refused("start", "--accession", "JANE-DOE-1234");
    assertTrue(name.contains("H26-01234"), name);
    assertFalse(refused("start", "--accession", "Jane").contains("Jane"), "never repeated");
  }

  /** As on a device, whose data folder only its user may enter, with a daemon at work. */
  @ParameterizedTest
  @ValueSource(strings = {"slide start", "slide list", "site list", "site undo"})
  void dataFolderThatMayNotBeEnteredIsNotCalledEmpty(String command) throws Exception {
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("---------"));
    try {
      List<String> typed = new ArrayList<>(List.of(command.split(" ", -1)));
      typed.addAll(List.of("--data", data.toString()));
      Shell shell = OrdinaryUser.run(typed.toArray(String[]::new));
      assertEquals(1, shell.exit(), shell.out());
      assertTrue(shell.err().contains("AccessDeniedException"), shell.err());
      assertTrue(shell.err().contains("the daemon's user"), shell.err());
    } finally {
      Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
    }
  }
}
