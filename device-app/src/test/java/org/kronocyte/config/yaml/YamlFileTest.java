package org.kronocyte.config.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kronocyte.problem.Problem;
import org.kronocyte.problem.ProblemException;

class YamlFileTest {
  private final ProblemList problems = new ProblemList("x.yaml");

  private YamlSection parse(String text) throws ProblemException {
    return YamlFile.parse(text.getBytes(StandardCharsets.UTF_8), "x.yaml", problems);
  }

  private Problem refused(String text) {
    return assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> assertThrows(ProblemException.class, () -> parse(text)).problem());
  }

  @Test
  void aliasBombIsRefusedBeforeItGrows() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 9; i++) {
      String alias = "*a" + (i - 1);
      bomb.append("a").append(i).append(": &a").append(i).append(" [");
      bomb.append((alias + ", ").repeat(8)).append(alias).append("]\n");
    }
    Problem problem = refused(bomb.toString());
    assertEquals("config_alias", problem.code());
    assertTrue(problem.message().contains("*a0) at line 2"), problem.message());
  }

  @Test
  void deepNestingIsRefusedBeforeRecursion() {
    assertEquals("config_too_deep", refused("a: " + "[".repeat(30_000)).code());
    assertEquals("config_too_deep", refused("{a: ".repeat(9) + "1" + "}".repeat(9)).code());
  }

  @Test
  void eightLevelsAreStillFine() throws ProblemException {
    assertTrue(parse("{a: ".repeat(8) + "1" + "}".repeat(8)).has("a"));
  }

  @Test
  void hugeFileIsRefused() {
    assertEquals("config_too_large", refused("a: " + "x".repeat(YamlFile.MAX_BYTES)).code());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a: !!java.net.URL [\"http://x\"]", "a: !!int 1", "!thing\na: 1", "a: !x {b: 1}"})
  void tagsAreRefused(String text) {
    assertEquals("config_tag", refused(text).code());
  }

  @Test
  void tabSaysTab() {
    Problem problem = refused("camera:\n\tkind: v4l2\n");
    assertEquals("config_syntax", problem.code());
    assertTrue(problem.message().contains("a tab at line 2: 'kind: v4l2'"), problem.message());
    assertTrue(problem.remedy().contains("spaces"), problem.remedy());
  }

  @Test
  void brokenYamlSaysTheLine() {
    Problem problem = refused("a: 1\nb: [1, 2\nc: 3\n");
    assertEquals("config_syntax", problem.code());
    assertTrue(problem.message().contains("at line 3"), problem.message());
  }

  @ParameterizedTest
  @ValueSource(strings = {"just words", "- a\n- b\n"})
  void somethingElseThanKeysIsRefused(String text) {
    assertEquals("config_syntax", refused(text).code());
  }

  @Test
  void secondDocumentIsRefused() {
    assertTrue(refused("a: 1\n---\nb: 2\n").message().contains("second document"));
  }

  @Test
  void latin1IsRefused() {
    byte[] latin1 = "a: caf\u00e9".getBytes(StandardCharsets.ISO_8859_1);
    ProblemException e =
        assertThrows(ProblemException.class, () -> YamlFile.parse(latin1, "x.yaml", problems));
    assertTrue(e.problem().message().contains("UTF-8"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# only a comment\n", "---\n", "null"})
  void emptyFileHasNoKeys(String text) throws ProblemException {
    assertFalse(parse(text).has("a"));
  }

  @Test
  void missingFileSaysSo(@TempDir Path dir) {
    Path file = dir.resolve("none.yaml");
    Problem problem =
        assertThrows(ProblemException.class, () -> YamlFile.read(file, problems)).problem();
    assertEquals("config_unreadable", problem.code());
    assertTrue(problem.message().contains(file.toString()), problem.message());
  }

  @Test
  void duplicateKeyNamesBothLines() throws ProblemException {
    parse("a: 1\nb: 2\na: 3\n");
    Problem problem = problems.problems().get(0);
    assertEquals("config_duplicate_key", problem.code());
    assertEquals("key 'a' at line 3 is there already at line 1", problem.message());
  }

  @Test
  void unknownKeyOfALongNameIsShortened() throws ProblemException {
    parse("k" + "x".repeat(500) + ": 1").finish();
    assertTrue(problems.problems().get(0).message().length() < 150);
  }

  @ParameterizedTest
  @CsvSource({"250ms,PT0.25S", "5s,PT5S", "90min,PT1H30M", "2h,PT2H", "1d,PT24H"})
  void durationsCarryTheirUnit(String text, Duration expected) throws ProblemException {
    assertEquals(Optional.of(expected), duration(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "5 s", "-5s", "1.5h", "99ms", "3d", "5m", "''", "[]", "{}"})
  void otherDurationsAreProblems(String text) throws ProblemException {
    assertEquals(Optional.empty(), duration(text));
    assertEquals(1, problems.problems().size());
    Problem problem = problems.problems().get(0);
    assertTrue(
        problem.message().endsWith("a time from 100ms to 48h with its unit (ms, s, min, h, d)"),
        problem.message());
    assertEquals("write for example 't: 1min'", problem.remedy());
  }

  private Optional<Duration> duration(String text) throws ProblemException {
    return Values.duration(
        parse("t: " + text),
        "t",
        Duration.ofMillis(100),
        Duration.ofDays(2),
        Duration.ofMinutes(1));
  }

  @ParameterizedTest
  @CsvSource({"0.09,0.09", "1,1", "2e-1,0.2", "'''0.5''',0.5"})
  void decimals(String text, double expected) throws ProblemException {
    assertEquals(
        OptionalDouble.of(expected), Values.decimal(parse("n: " + text), "n", 0.02, 2, 0.09));
  }

  @ParameterizedTest
  @ValueSource(strings = {".nan", ".inf", "NaN", "Infinity", "0x1p3", "2.01", "0.019", "1f", "yes"})
  void notADecimalInBounds(String text) throws ProblemException {
    assertTrue(Values.decimal(parse("n: " + text), "n", 0.02, 2, 0.09).isEmpty());
    assertEquals("config_value", problems.problems().get(0).code());
  }
}
