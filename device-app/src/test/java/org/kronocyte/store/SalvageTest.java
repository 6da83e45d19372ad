package org.kronocyte.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kronocyte.problem.ProblemException;

/** Damaged databases of made-up slides. */
class SalvageTest {
  private static final Database.Settings IMPATIENT =
      new Database.Settings(true, Duration.ofMillis(50));
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-22T12:00:00Z"));
  private static final String ASIDE = "damaged-20261122T120000Z";
  private static final int PAGE = 4096;
  private static final int SLIDES = 6;
  private static final int FIELDS = 30;
  private static final int CELLS = 5;

  @TempDir Path dir;

  private Path file() {
    return dir.resolve(Database.FILE);
  }

  private Database open() throws ProblemException {
    return Database.ownOrSalvage(dir, IMPATIENT, CLOCK);
  }

  /** Slides of fields of cells with a message each; the last slide is still running. */
  private void fill() throws Exception {
    try (Database database = open()) {
      database.write(
          tx -> {
            for (int slide = 1; slide <= SLIDES; slide++) {
              boolean running = slide == SLIDES;
              tx.update(
                  "INSERT INTO slide (key, id, specimen, planned_cells, classes, started_at, state,"
                      + " revision) VALUES (?,?,'blood',100,'LYT','2026-11-22T12:00:00Z',?,?)",
                  slide,
                  "s" + slide,
                  running ? "running" : "finished",
                  running ? FIELDS : FIELDS + 1);
              for (int field = 1; field <= FIELDS; field++) {
                addField(tx, slide, field);
              }
            }
            tx.update("UPDATE counter SET value = 12345 WHERE name = 'age_s'");
            tx.update("INSERT INTO command (request_id, answer, age_s) VALUES ('r1', '{}', 5)");
            return null;
          });
    }
  }

  private static void addField(Transaction tx, int slide, int field) throws ProblemException {
    tx.update(
        "INSERT INTO field VALUES (?,?,?,'STORED','2026-11-22T12:00:00Z',640,480,0.1,'CONFIGURED',"
            + "1.0,20.0,1,'',?,NULL)",
        slide,
        field,
        "image " + field,
        new byte[200]);
    for (int cell = 1; cell <= CELLS; cell++) {
      tx.update(
          "INSERT INTO cell VALUES (?,?,?,1,2,3,4,5.5,6.5,100.0,50.0,0.9,0.9,NULL,0,'LYT',0.9,"
              + "'LYT=0.9','COUNTED','','AGREES')",
          slide,
          field,
          cell);
    }
    tx.update(
        "INSERT INTO outbox (kind, priority, topic, json, bytes, created_at, created_ns, offline)"
            + " VALUES ('FIELD', 20, ?, ?, 300, '2026-11-22T12:00:00Z', 0, 0)",
        "field/s" + slide,
        "x".repeat(300));
  }

  private static long count(Database database, String what) throws ProblemException {
    return database.read(
        tx -> tx.first("SELECT count(*) AS n FROM " + what, r -> r.integer("n")).orElseThrow());
  }

  private static long value(Database database, String sql) throws ProblemException {
    return database.read(tx -> tx.first(sql, r -> r.integer("v")).orElseThrow());
  }

  private void damage(int fromPage, int pages, long seed) throws IOException {
    byte[] bytes = Files.readAllBytes(file());
    byte[] noise = new byte[pages * PAGE];
    new Random(seed).nextBytes(noise);
    int at = fromPage * PAGE;
    System.arraycopy(noise, 0, bytes, at, Math.min(noise.length, bytes.length - at));
    Files.write(file(), bytes);
  }

  private int pages() throws IOException {
    return (int) (Files.size(file()) / PAGE);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> all = Files.list(dir)) {
      return all.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  private SalvageReport report() throws IOException {
    List<SalvageReport> all = SalvageReport.all(dir);
    assertEquals(1, all.size(), () -> all.toString());
    return all.get(0);
  }

  /** Whatever was saved is sound, adds up, and says what it lacks. */
  private void assertSound(Database database) throws ProblemException {
    long orphans =
        count(
            database,
            "cell WHERE NOT EXISTS (SELECT 1 FROM field WHERE field.slide = cell.slide"
                + " AND field.number = cell.field)");
    assertEquals(0, orphans);
    assertEquals(
        0,
        count(
            database,
            "field WHERE (SELECT count(*) FROM cell WHERE cell.slide = field.slide"
                + " AND cell.field = field.number) <> "
                + CELLS),
        "a field has all of its cells");
    assertEquals(
        0,
        count(
            database,
            "slide WHERE failed_fields + (SELECT count(*) FROM field WHERE slide = slide.key) <> "
                + FIELDS),
        "what is lost is said");
    assertEquals(
        count(database, "outbox"),
        value(database, "SELECT value AS v FROM counter WHERE name = 'outbox_messages'"));
    assertEquals(
        300 * count(database, "outbox"),
        value(database, "SELECT value AS v FROM counter WHERE name = 'outbox_bytes'"));
  }

  @Test
  void soundDatabaseIsLeftAlone() throws Exception {
    fill();
    try (Database database = open()) {
      assertEquals(SLIDES * FIELDS, count(database, "field"));
    }
    assertEquals(List.of(), SalvageReport.all(dir));
  }

  @Test
  void notADatabaseIsMovedAsideUntouchedAndWorkGoesOn() throws Exception {
    String text = "this is no database at all, but a text of some length".repeat(100);
    Files.writeString(file(), text);
    try (Database database = open()) {
      assertEquals(0, count(database, "slide"));
      database.write(tx -> tx.update("INSERT INTO counter VALUES ('works', 1)"));
    }
    assertEquals(text, Files.readString(dir.resolve(ASIDE).resolve(Database.FILE)));
    assertEquals(0, report().rowsSaved());
    assertEquals(6, report().tablesUnreadable().size());
    assertTrue(report().sentence().contains(ASIDE), report().sentence());
    try (Database database = open()) {
      assertEquals(1, count(database, "counter WHERE name = 'works'"), "and stays");
    }
    assertEquals(1, SalvageReport.all(dir).size());
  }

  @Test
  void damagedPagesTakeOnlyTheirRowsAlong() throws Exception {
    fill();
    int pages = pages();
    Map<Integer, Long> saved = new TreeMap<>();
    byte[] whole = Files.readAllBytes(file());
    for (int page = 2; page < pages; page += 3) {
      Files.write(file(), whole);
      damage(page, 1, page);
      byte[] damaged = Files.readAllBytes(file());
      try (Database database = open()) {
        assertSound(database);
        saved.put(page, count(database, "field"));
      }
      List<SalvageReport> reports = SalvageReport.all(dir);
      if (!reports.isEmpty()) {
        assertArrayEquals(
            damaged, Files.readAllBytes(dir.resolve(ASIDE).resolve(Database.FILE)), "evidence");
        assertTrue(
            saved.get(page) == SLIDES * FIELDS || !reports.get(0).tablesUnreadable().isEmpty(),
            "page " + page + ": " + reports);
        clear();
      }
    }
    long usual = saved.values().stream().sorted().skip(saved.size() / 2).findFirst().orElseThrow();
    assertTrue(usual > 0.9 * SLIDES * FIELDS, "fields saved by damaged page: " + saved);
  }

  private void clear() throws IOException {
    for (String name : names()) {
      if (name.startsWith("damaged-")) {
        try (Stream<Path> inside = Files.list(dir.resolve(name))) {
          for (Path each : inside.toList()) {
            Files.delete(each);
          }
        }
        Files.delete(dir.resolve(name));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void muchDamageStillLeavesASoundDatabase(long seed) throws Exception {
    fill();
    Random random = new Random(seed);
    for (int i = 0; i < 12; i++) {
      damage(2 + random.nextInt(pages() - 3), 1, random.nextLong());
    }
    try (Database database = open()) {
      assertSound(database);
      assertTrue(
          report().fieldsLost() > 0
              || report().tablesUnreadable().contains("slide")
              || count(database, "field") == SLIDES * FIELDS,
          report().sentence());
    }
  }

  /** The log is part of the damaged set: what only it holds is saved, too. */
  @Test
  void whatIsOnlyInTheLogIsSaved() throws Exception {
    fill();
    Path copy = Files.createDirectory(dir.resolve("copy"));
    try (Database database = open()) {
      database.write(
          tx -> {
            addField(tx, SLIDES, FIELDS + 1);
            tx.update("UPDATE slide SET revision = revision + 1 WHERE key = ?", SLIDES);
            return null;
          });
      for (String suffix : List.of("", "-wal")) {
        Files.copy(dir.resolve(Database.FILE + suffix), copy.resolve(Database.FILE + suffix));
      }
    }
    byte[] bytes = Files.readAllBytes(copy.resolve(Database.FILE));
    byte[] log = Files.readAllBytes(copy.resolve(Database.FILE + "-wal"));
    int salvaged = 0;
    int saved = 0;
    for (int page = 10; page < bytes.length / PAGE; page += 6) {
      byte[] damaged = bytes.clone();
      Arrays.fill(damaged, page * PAGE, (page + 1) * PAGE, (byte) 0x5a);
      Path data = Files.createDirectory(dir.resolve("data-" + page));
      Files.write(data.resolve(Database.FILE), damaged);
      Files.write(data.resolve(Database.FILE + "-wal"), log);
      try (Database database = Database.ownOrSalvage(data, IMPATIENT, CLOCK)) {
        if (!SalvageReport.all(data).isEmpty()) {
          salvaged++;
          saved +=
              count(database, "field WHERE slide = " + SLIDES + " AND number > " + FIELDS) > 0
                  ? 1
                  : 0;
          Path aside = data.resolve(ASIDE).resolve(Database.FILE + "-wal");
          assertArrayEquals(log, Files.readAllBytes(aside), "evidence");
        }
      }
    }
    assertTrue(salvaged > 5 && saved > 0.7 * salvaged, saved + " of " + salvaged);
  }

  @Test
  void emptiedDatabaseBesideItsLogIsDamaged() throws Exception {
    fill();
    Files.write(file(), new byte[0]);
    Files.write(dir.resolve(Database.FILE + "-wal"), new byte[5000]);
    assertEquals(
        "store_damaged",
        assertThrows(ProblemException.class, () -> Database.own(dir, IMPATIENT)).problem().code());
    open().close();
    assertEquals(5000, Files.size(dir.resolve(ASIDE).resolve(Database.FILE + "-wal")));
  }

  @Test
  void orderSequenceAndAnswersGoOn() throws Exception {
    fill();
    damage(pages() - 2, 1, 1);
    try (Database database = open()) {
      assertEquals(12345, value(database, "SELECT value AS v FROM counter WHERE name = 'age_s'"));
      assertEquals(1, count(database, "command WHERE request_id = 'r1'"));
      long last = value(database, "SELECT max(id) AS v FROM outbox");
      database.write(
          tx -> {
            addField(tx, SLIDES, FIELDS + 7);
            return null;
          });
      assertTrue(value(database, "SELECT max(id) AS v FROM outbox") > last);
      assertTrue(value(database, "SELECT max(key) AS v FROM slide") >= 1);
    }
  }

  /** Cut off after any step, the next start comes to the same end. */
  @Test
  void powerCutInBetweenIsGoneOnWith() throws Exception {
    fill();
    damage(pages() / 2, 2, 9);
    byte[] damaged = Files.readAllBytes(file());
    open().close();
    SalvageReport expected = report();
    byte[] log = new byte[0];
    Path aside = dir.resolve(ASIDE);
    List<String> cuts = new ArrayList<>();
    // 1: the folder is there, nothing is moved.
    reset(damaged, log);
    Files.createDirectory(aside);
    Files.write(file(), damaged);
    cuts.add(reopened(expected.rowsSaved()));
    // 2: the database is moved, its log isn't.
    reset(damaged, log);
    Files.createDirectory(aside);
    Files.write(aside.resolve(Database.FILE), damaged);
    Files.write(dir.resolve(Database.FILE + "-shm"), new byte[32768]);
    cuts.add(reopened(expected.rowsSaved()));
    assertTrue(Files.exists(aside.resolve(Database.FILE + "-shm")), "moved after it");
    // 3: in the midst of copying.
    reset(damaged, log);
    Files.createDirectory(aside);
    Files.write(aside.resolve(Database.FILE), damaged);
    Files.writeString(aside.resolve("salvage.db"), "half of it");
    Files.writeString(aside.resolve("salvage.db-wal"), "half of it");
    cuts.add(reopened(expected.rowsSaved()));
    // 4: the copy is whole but not in its place.
    open().close();
    Files.move(file(), aside.resolve("salvage.db"));
    Files.deleteIfExists(dir.resolve(Database.FILE + "-wal"));
    cuts.add(reopened(expected.rowsSaved()));
    assertEquals(4, cuts.size());
    // 5: done, and then a person removed the new one: a fresh start, not the old copy again.
    Files.delete(file());
    try (Database database = open()) {
      assertEquals(0, count(database, "slide"));
    }
  }

  /** Wherever in the copying the disk is full, everything waits as it is for a start with room. */
  @Test
  void diskFullInBetweenLosesNothing() throws Exception {
    fill();
    damage(pages() / 2, 2, 9);
    byte[] damaged = Files.readAllBytes(file());
    open().close();
    SalvageReport expected = report();
    int pages = pages();
    reset(damaged, new byte[0]);
    Files.write(file(), damaged);
    ProblemException first =
        assertThrows(
            ProblemException.class, () -> withRoomFor(1).replace("by test", CLOCK.instant()));
    assertWaits(first, damaged);
    int failed = 0;
    for (int room = 2; room < pages; room += pages / 12) {
      DamagedStore store = withRoomFor(room);
      assertWaits(assertThrows(ProblemException.class, store::goOn), damaged);
      failed++;
    }
    assertTrue(failed >= 12, "tried at " + failed + " places");
    assertEquals(ASIDE, reopened(expected.rowsSaved()));
  }

  /** So many pages of a copy, then the disk is full. */
  private DamagedStore withRoomFor(int pages) {
    return new DamagedStore(
        dir,
        file -> {
          Connection connection = Connections.open(file, IMPATIENT);
          try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA max_page_count = " + pages);
          }
          return connection;
        });
  }

  private void assertWaits(ProblemException problem, byte[] damaged) throws IOException {
    assertEquals("disk_full", problem.problem().code(), problem.getMessage());
    assertFalse(problem.problem().remedy().isBlank());
    assertArrayEquals(damaged, Files.readAllBytes(dir.resolve(ASIDE).resolve(Database.FILE)));
    assertFalse(Files.exists(file()), "no empty database in the damaged one's place");
    assertFalse(Files.exists(dir.resolve(ASIDE).resolve("salvage.db")), "it would fill the disk");
    assertFalse(SalvageReport.read(dir.resolve(ASIDE)).isPresent(), "nothing is said to be done");
  }

  private void reset(byte[] damaged, byte[] log) throws IOException {
    clear();
    for (String suffix : List.of("", "-wal", "-shm")) {
      Files.deleteIfExists(dir.resolve(Database.FILE + suffix));
    }
    assertTrue(damaged.length > 0 && log.length == 0);
  }

  private String reopened(long rows) throws Exception {
    try (Database database = open()) {
      assertSound(database);
    }
    List<SalvageReport> all = SalvageReport.all(dir);
    assertEquals(1, all.size());
    assertEquals(rows, all.get(0).rowsSaved());
    return all.get(0).folder();
  }

  @Test
  void secondDaemonAndGuestsDontSalvage() throws Exception {
    fill();
    try (Database first = open()) {
      assertEquals(
          "data_folder_in_use", assertThrows(ProblemException.class, this::open).problem().code());
      assertEquals(SLIDES, count(first, "slide"));
    }
    damage(1, 5, 3);
    assertThrows(
        ProblemException.class,
        () -> {
          try (Database guest = Database.visit(dir, IMPATIENT)) {
            count(guest, "slide");
            count(guest, "field");
            count(guest, "outbox");
          }
        });
    assertEquals(List.of(), SalvageReport.all(dir));
  }

  @Test
  void whereItCannotBeMovedItStops() throws Exception {
    Files.writeString(file(), "no database".repeat(1000));
    Files.createFile(dir.resolve(ASIDE));
    open().close();
    assertTrue(Files.isDirectory(dir.resolve(ASIDE + "-2")), "another name is found");
  }

  /** Met while working: noted, so that the next start also looks at the indexes. */
  @Test
  void wrongIndexIsFoundAtTheStartAfterItWasMet() throws Exception {
    fill();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = connection.createStatement()) {
      // Rows that an index doesn't have: the pages are sound, the database isn't.
      String index = "CREATE INDEX outbox_topic ON outbox (topic)";
      for (String now : List.of(index + " WHERE id < 0", index)) {
        statement.executeUpdate("PRAGMA writable_schema = ON");
        statement.executeUpdate(
            "UPDATE sqlite_schema SET sql = '" + now + "' WHERE name = 'outbox_topic'");
        statement.executeUpdate("PRAGMA writable_schema = RESET");
        if (!now.equals(index)) {
          statement.executeUpdate("UPDATE outbox SET topic = 'moved' WHERE id < 9");
        }
      }
    }
    open().close();
    assertEquals(List.of(), SalvageReport.all(dir), "the quick look doesn't see it");
    Suspicion.note(dir);
    try (Database database = open()) {
      assertEquals(8, count(database, "outbox WHERE topic = 'moved'"));
    }
    assertFalse(Suspicion.isNoted(dir));
    assertEquals(1, SalvageReport.all(dir).size());
  }
}
