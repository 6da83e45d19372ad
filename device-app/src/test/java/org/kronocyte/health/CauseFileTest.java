package org.kronocyte.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kronocyte.problem.Problem;

class CauseFileTest {
  private static final Instant AT = Instant.parse("2026-03-01T10:20:30Z");
  private static final Problem STUCK =
      new Problem("stage_stuck", "segment stuck for 31 s at field 17", "see the log");

  @TempDir Path dir;
  private Path file;
  private CauseFile cause;

  @BeforeEach
  void here() {
    file = dir.resolve("last-cause.json");
    cause = new CauseFile(file, InstantSource.fixed(AT));
  }

  @Test
  void goldenFile() throws IOException {
    cause.write(STUCK);
    assertEquals(
        "{\"schema\":\"kronocyte/cause/1\",\"at\":\"2026-03-01T10:20:30Z\","
            + "\"code\":\"stage_stuck\",\"message\":\"segment stuck for 31 s at field 17\","
            + "\"remedy\":\"see the log\"}",
        Files.readString(file));
  }

  @Test
  void staysUntilCleared() throws IOException {
    cause.write(STUCK);
    CauseFile nextStart = new CauseFile(file, InstantSource.system());
    Optional<CauseFile.Cause> expected = Optional.of(new CauseFile.Cause(AT, STUCK));
    assertEquals(expected, nextStart.read());
    assertEquals(expected, nextStart.read());
    nextStart.clear();
    assertEquals(Optional.empty(), nextStart.read());
    nextStart.clear();
  }

  @Test
  void lastCauseWinsAndNothingElseIsLeft() throws IOException {
    cause.write(new Problem("other", "x", "y"));
    cause.write(STUCK);
    assertEquals(STUCK, cause.read().orElseThrow().problem());
    try (Stream<Path> files = Files.list(dir)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void hugeMessageIsCutAndReadable() throws IOException {
    cause.write(new Problem("big", "\u20ac".repeat(100_000), "r".repeat(100_000)));
    assertEquals("big", cause.read().orElseThrow().problem().code());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "{\"schema\":\"other\"}",
        "{\"schema\":\"kronocyte/cause/1\",\"at\":\"yesterday\",\"code\":\"x\"}",
        "{\"schema\":\"kronocyte/cause/1\",\"at\":\"2026-03-01T10:20:30Z\",\"code\":\"X y\"}",
      })
  void damagedFileIsACauseOfItsOwn(String text) throws IOException {
    Files.writeString(file, text);
    assertEquals("cause_unreadable", cause.read().orElseThrow().problem().code());
  }

  @Test
  void everyTruncationIsSeen() throws IOException {
    cause.write(STUCK);
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, java.util.Arrays.copyOf(whole, length));
      assertEquals("cause_unreadable", cause.read().orElseThrow().problem().code(), "at " + length);
    }
  }

  @Test
  void hugeFileIsNotReadWhole() throws IOException {
    Files.write(file, new byte[CauseFile.MAX_BYTES * 4]);
    String message = cause.read().orElseThrow().problem().message();
    assertTrue(message.contains("more than"), message);
  }

  @Test
  void missingFolderIsTheCallersProblem() {
    CauseFile nowhere = new CauseFile(dir.resolve("no/f"), InstantSource.fixed(AT));
    assertThrows(IOException.class, () -> nowhere.write(STUCK));
  }
}
