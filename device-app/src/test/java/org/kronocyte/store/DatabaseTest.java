package org.kronocyte.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.problem.Problem;
import org.kronocyte.problem.ProblemException;

class DatabaseTest {
  private static final Database.Settings IMPATIENT =
      new Database.Settings(true, Duration.ofMillis(50));

  @TempDir Path dir;

  private Database open() throws ProblemException {
    return Database.own(dir, IMPATIENT);
  }

  private static void put(Database database, String name, long value) throws ProblemException {
    database.write(tx -> tx.update("INSERT INTO counter VALUES (?, ?)", name, value));
  }

  private static Optional<Long> get(Database database, String name) throws ProblemException {
    return database.read(
        tx -> tx.first("SELECT value FROM counter WHERE name = ?", r -> r.integer("value"), name));
  }

  private static Problem problem(Refused refused) {
    return assertThrows(ProblemException.class, refused::run).problem();
  }

  private interface Refused {
    void run() throws Exception;
  }

  @Test
  void committedIsThereAfterReopening() throws Exception {
    try (Database database = open()) {
      put(database, "a", 5);
    }
    try (Database database = open()) {
      assertEquals(Optional.of(5L), get(database, "a"));
    }
  }

  @Test
  void failedWorkLeavesNothingAndTheNextWorks() throws Exception {
    try (Database database = open()) {
      assertThrows(
          IllegalArgumentException.class,
          () ->
              database.write(
                  tx -> {
                    tx.update("INSERT INTO counter VALUES ('a', 1)");
                    throw new IllegalArgumentException("by test");
                  }));
      assertEquals(Optional.empty(), get(database, "a"));
      put(database, "a", 2);
      assertEquals(Optional.of(2L), get(database, "a"));
    }
  }

  @Test
  void secondOwnerIsRefusedAndTold() throws Exception {
    try (Database first = open()) {
      Problem problem = problem(this::open);
      assertEquals("data_folder_in_use", problem.code());
      assertTrue(
          problem.message().contains(String.valueOf(ProcessHandle.current().pid())),
          problem.message());
      assertTrue(Database.isOwned(dir));
      put(first, "still works", 1);
    }
    assertFalse(Database.isOwned(dir));
    open().close();
  }

  @Test
  void guestReadsAndWritesBesideTheOwner() throws Exception {
    try (Database owner = open();
        Database guest = Database.visit(dir, IMPATIENT)) {
      put(owner, "a", 1);
      assertEquals(Optional.of(1L), get(guest, "a"));
      put(guest, "b", 2);
      assertEquals(Optional.of(2L), get(owner, "b"));
    }
  }

  @Test
  void busyDatabaseSaysSoAfterItsPatience() throws Exception {
    try (Database owner = open();
        Database guest = Database.visit(dir, IMPATIENT)) {
      Problem problem = guest.write(tx -> problem(() -> put(owner, "a", 1)));
      assertEquals("store_busy", problem.code());
      put(owner, "a", 1);
    }
  }

  @Test
  void fullDiskLeavesWhatWasAcceptedAndWorksAgainWithRoom() throws Exception {
    try (Database database = open()) {
      put(database, "kept", 1);
      long pages = pragma(database, "page_count");
      pragma(database, "max_page_count = " + (pages + 2));
      String large = "x".repeat(50_000);
      Problem problem =
          problem(
              () ->
                  database.write(
                      tx -> {
                        tx.update("INSERT INTO counter VALUES ('small', 1)");
                        return tx.update(
                            "INSERT INTO request (verb, arguments) VALUES ('v', ?)", large);
                      }));
      assertEquals("disk_full", problem.code());
      assertEquals(Optional.of(1L), get(database, "kept"));
      assertEquals(Optional.empty(), get(database, "small"));
      pragma(database, "max_page_count = " + (pages + 1000));
      database.write(
          tx -> tx.update("INSERT INTO request (verb, arguments) VALUES ('v', ?)", large));
    }
    open().close();
  }

  private static long pragma(Database database, String pragma) throws ProblemException {
    return database.read(
        tx ->
            tx.first("PRAGMA " + pragma, r -> r.integer(pragma.replaceAll(" =.*", ""))).orElse(0L));
  }

  @Test
  void damagedDatabaseIsRefusedAndNotTouched() throws Exception {
    try (Database database = open()) {
      database.write(
          tx -> {
            for (int i = 0; i < 2000; i++) {
              tx.update("INSERT INTO counter VALUES (?, ?)", "name " + i, i);
            }
            return null;
          });
    }
    Path file = dir.resolve(Database.FILE);
    byte[] bytes = Files.readAllBytes(file);
    for (int i = 4096 * 12; i < 4096 * 20 && i < bytes.length; i++) {
      bytes[i] = (byte) (i * 31);
    }
    Files.write(file, bytes);
    Problem problem = problem(this::open);
    assertEquals("store_damaged", problem.code(), problem.sentence());
    assertArrayEquals(bytes, Files.readAllBytes(file));
    Files.writeString(file, "this is no database at all, but a text of some length");
    assertEquals("store_damaged", problem(this::open).code());
  }

  /** Cut off while the database was being made: nothing is in it, and it is made anew. */
  @Test
  void journalOfTheFirstStepsIsUndone() throws Exception {
    byte[] header = new byte[4096];
    Files.write(dir.resolve(Database.FILE), header);
    // A journal that is hot: its header says that the database had no pages before.
    ByteBuffer journal = ByteBuffer.allocate(512);
    journal.put(new byte[] {(byte) 0xd9, (byte) 0xd5, 5, (byte) 0xf9, 0x20, (byte) 0xa1, 0x63});
    journal.put((byte) 0xd7).putInt(0).putInt(7).putInt(0).putInt(512).putInt(4096);
    Files.write(dir.resolve(Database.FILE + "-journal"), journal.array());
    try (Database database = open()) {
      put(database, "a", 1);
      assertEquals(Optional.of(1L), get(database, "a"));
    }
    assertFalse(Files.exists(dir.resolve(Database.FILE + "-journal")));
  }

  @Test
  void truncatedLogRecoversTheCommitsBeforeTheCut() throws Exception {
    Path copy = Files.createDirectory(dir.resolve("copy"));
    byte[] database;
    byte[] log;
    try (Database owner = open()) {
      for (int i = 0; i < 10; i++) {
        put(owner, "n" + i, i);
      }
      database = Files.readAllBytes(dir.resolve(Database.FILE));
      log = Files.readAllBytes(dir.resolve(Database.FILE + "-wal"));
    }
    int last = -1;
    for (int cut = 0; cut <= log.length; cut += Math.max(1, log.length / 60)) {
      Files.write(copy.resolve(Database.FILE), database);
      Files.write(copy.resolve(Database.FILE + "-wal"), Arrays.copyOf(log, cut));
      Files.deleteIfExists(copy.resolve(Database.FILE + "-shm"));
      try (Database recovered = Database.own(copy, IMPATIENT)) {
        int there = -1;
        while (get(recovered, "n" + (there + 1)).isPresent()) {
          there++;
        }
        assertTrue(there >= last, "a longer log never has less");
        last = there;
      }
      Files.delete(copy.resolve(Database.FILE));
    }
    assertTrue(last >= 8, "nearly the whole log gives nearly everything, got " + last);
  }

  @Test
  void foreignNewerAndMissingDatabasesAreRefused() throws Exception {
    assertEquals("store_missing", problem(() -> Database.visit(dir, IMPATIENT)).code());
    open().close();
    sql("PRAGMA user_version = 99");
    assertEquals("store_newer", problem(this::open).code());
    sql("PRAGMA application_id = 7");
    assertEquals("store_foreign", problem(this::open).code());
    sql("PRAGMA user_version = 0", "PRAGMA application_id = 0");
    assertEquals("store_older", problem(() -> Database.visit(dir, IMPATIENT)).code());
  }

  /** What an older program stored is there, and has no second opinion. */
  @Test
  void anOlderDatabaseGetsTheSecondOpinionsColumns() throws Exception {
    open().close();
    sql(
        "ALTER TABLE cell DROP COLUMN second_opinion",
        "ALTER TABLE field DROP COLUMN only_second",
        "INSERT INTO slide (key, id, specimen, planned_cells, classes, started_at, state, revision)"
            + " VALUES (1,'s','blood',100,'LYT','2026-11-22T12:00:00Z','running',1)",
        "INSERT INTO field VALUES (1,1,'f','STORED','2026-11-22T12:00:00Z',640,480,0.1,'CONFIGURED',"
            + "1.0,20.0,1,'',NULL)",
        "PRAGMA user_version = 2");
    try (Database database = open()) {
      assertEquals(
          List.of(Optional.empty()),
          database.read(
              tx -> tx.query("SELECT * FROM field", row -> row.maybeText("only_second"))));
      assertEquals(
          List.of(), database.read(tx -> tx.query("SELECT second_opinion FROM cell", row -> row)));
    }
  }

  private void sql(String... statements) throws Exception {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + dir.resolve(Database.FILE));
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.executeUpdate(sql);
      }
    }
  }

  @Test
  void folderThatIsAFileIsRefused() throws Exception {
    Path file = Files.writeString(dir.resolve("file"), "x");
    assertEquals("store_unavailable", problem(() -> Database.own(file, IMPATIENT)).code());
  }

  @Test
  void onlyTheOwnerMayRead() throws Exception {
    Path data = dir.resolve("data");
    try (Database database = Database.own(data, IMPATIENT)) {
      put(database, "a", 1);
      assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(data)));
      for (String suffix : List.of("", "-wal", "-shm")) {
        Path file = data.resolve(Database.FILE + suffix);
        assertEquals(
            "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
      }
    }
  }

  @Test
  void deletedIsOverwrittenAndItsRoomIsFreed() throws Exception {
    String secret = "H26-98765".repeat(5000);
    Path file = dir.resolve(Database.FILE);
    try (Database database = open()) {
      database.write(
          tx -> tx.update("INSERT INTO request (verb, arguments) VALUES ('v', ?)", secret));
      database.compact();
      long before = Files.size(file);
      assertTrue(contains(file, "H26-98765"));
      database.write(tx -> tx.update("DELETE FROM request"));
      database.compact();
      assertFalse(contains(file, "H26-98765"));
      assertFalse(contains(dir.resolve(Database.FILE + "-wal"), "H26-98765"));
      assertTrue(Files.size(file) < before, "smaller than " + before);
    }
  }

  private static boolean contains(Path file, String text) throws Exception {
    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
  }

  @Test
  void valuesOfEveryKindComeBack() throws Exception {
    try (Database database = open()) {
      database.read(
          tx ->
              tx.first(
                  "SELECT ? AS t, ? AS n, ? AS r, ? AS f, ? AS b, ? AS gone",
                  row -> {
                    assertEquals("é;'--", row.text("t"));
                    assertEquals(1L << 40, row.integer("n"));
                    assertEquals(0.1 + 0.2, row.real("r"));
                    assertEquals(OptionalDouble.of(0.1 + 0.2), row.maybeReal("r"));
                    assertTrue(row.flag("f"));
                    assertArrayEquals(new byte[] {0, -1}, row.maybeBytes("b").orElseThrow());
                    assertEquals(Optional.empty(), row.maybeText("gone"));
                    assertEquals(OptionalDouble.empty(), row.maybeReal("gone"));
                    assertEquals(Optional.empty(), row.maybeBytes("gone"));
                    return row;
                  },
                  "é;'--",
                  1L << 40,
                  0.1 + 0.2,
                  true,
                  new byte[] {0, -1},
                  null));
    }
  }

  @Test
  void nestedAndLateTransactionsAreMistakes() throws Exception {
    Database database = open();
    assertThrows(
        IllegalStateException.class,
        () -> database.write(tx -> database.read(inner -> inner.update("SELECT 1"))));
    database.close();
    database.close();
    assertThrows(IllegalStateException.class, () -> get(database, "a"));
  }

  private static long ageS(Database database, Optional<Instant> clock, long ranS)
      throws ProblemException {
    return database.write(tx -> Age.advance(tx, clock, Duration.ofSeconds(ranS))).toSeconds();
  }

  @Test
  void witnessedTimeNeverGoesBackAndJumpsCountLittle() throws Exception {
    Instant start = Instant.parse("2026-11-22T12:00:00Z");
    try (Database database = open()) {
      assertEquals(0, ageS(database, Optional.of(start), 0));
      assertEquals(3600, ageS(database, Optional.of(start.plusSeconds(3600)), 3600));
      Instant tenYears = start.plus(Duration.ofDays(3650));
      long jumped = 3600 + Age.LONGEST_STEP.toSeconds();
      assertEquals(jumped, ageS(database, Optional.of(tenYears), 60));
      assertEquals(jumped, ageS(database, Optional.of(start), 0));
      assertEquals(jumped, ageS(database, Optional.of(tenYears), 0), "it was counted once");
      assertEquals(jumped + 60, ageS(database, Optional.of(start.plusSeconds(60)), 60));
    }
  }

  /** By the time the program ran, and when the clock is set by what it was off, too. */
  @Test
  void witnessedTimeGoesOnWithAClockThatWasNotSet() throws Exception {
    Instant start = Instant.parse("2026-11-22T12:00:00Z");
    try (Database database = open()) {
      assertEquals(60, ageS(database, Optional.empty(), 60));
      assertEquals(120, ageS(database, Optional.of(start), 60));
      assertEquals(120, ageS(database, Optional.empty(), 0), "started again");
      assertEquals(220, ageS(database, Optional.empty(), 100));
      assertEquals(1020, ageS(database, Optional.of(start.plusSeconds(900)), 10));
    }
  }
}
