package org.kronocyte.store;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.kronocyte.problem.ProblemException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * Copies what can be read of a damaged database into a new one. A field comes with all of its cells
 * in one transaction or not at all, and its slide then says that it isn't complete.
 *
 * <p>SQLite keeps no checksums: what was changed without breaking the structure isn't noticed.
 */
final class Salvage {
  /** Everything but requests, whose askers are gone. */
  private static final List<String> TABLES =
      List.of("counter", "command", "outbox", "slide", "field", "cell");

  /** The other counters are kept by triggers. */
  private static final String COUNTERS =
      "name NOT IN ('outbox_messages', 'outbox_bytes') ORDER BY name";

  private static final int ROWS_AT_ONCE = 100;

  private final DamagedTables from;
  private final Connection to;
  private final TreeSet<String> unreadable = new TreeSet<>();
  private long rows;
  private long fieldsLost;

  private Salvage(DamagedTables from, Connection to) {
    this.from = from;
    this.to = to;
  }

  /**
   * Copies all that can be read; {@code damaged} stays as it is.
   *
   * @param copy an empty file
   * @throws ProblemException {@code disk_full} and other troubles with the copy
   */
  static SalvageReport run(Path damaged, Path copy, DamagedStore.Opener copies)
      throws ProblemException, IOException {
    String folder = String.valueOf(damaged.toAbsolutePath().getParent().getFileName());
    try (Connection to = copies.open(copy)) {
      Migrations.run(to);
      // It can be begun anew; one sync at the end is enough.
      execute(to, "PRAGMA synchronous = OFF");
      Salvage salvage;
      try (DamagedTables from = DamagedTables.open(damaged)) {
        salvage = new Salvage(from, to);
        salvage.copyAll();
        salvage.unreadable.addAll(from.unreadable());
      }
      execute(to, "PRAGMA synchronous = FULL");
      execute(to, "PRAGMA wal_checkpoint(TRUNCATE)");
      return new SalvageReport(
          folder, salvage.rows, List.copyOf(salvage.unreadable), salvage.fieldsLost);
    } catch (SQLException e) {
      throw StoreProblems.of(e, "salvaging into " + copy);
    }
  }

  private void copyAll() throws SQLException {
    if (!from.readable()) {
      unreadable.addAll(TABLES);
      return;
    }
    copySome("counter", from.where("counter", COUNTERS));
    for (String table : List.of("command", "outbox")) {
      List<Long> keys = from.keys(table);
      for (int i = 0; i < keys.size(); i += ROWS_AT_ONCE) {
        copySome(table, from.rows(table, keys.subList(i, Math.min(i + ROWS_AT_ONCE, keys.size()))));
      }
    }
    Map<Long, SortedMap<Long, Long>> fields = from.fieldsBySlide();
    for (DamagedTables.Values slide : from.rows("slide", from.keys("slide"))) {
      SortedMap<Long, Long> own = fields.remove(slide.number("key"));
      copySlide(slide, own == null ? new TreeMap<>() : own);
    }
    // Fields whose slide is lost.
    fields.values().forEach(lost -> fieldsLost += lost.size());
  }

  private void copySlide(DamagedTables.Values slide, SortedMap<Long, Long> fields)
      throws SQLException {
    long key = slide.number("key");
    if (copyTogether(Map.of("slide", List.of(slide))) == 0) {
      fieldsLost += fields.size();
      return;
    }
    long copied = 0;
    for (Map.Entry<Long, Long> field : fields.entrySet()) {
      List<DamagedTables.Values> row = from.rows("field", List.of(field.getValue()));
      List<DamagedTables.Values> cells =
          from.where("cell", "slide = " + key + " AND field = " + field.getKey() + " ORDER BY id");
      boolean whole = !row.isEmpty() && !from.lastFailed();
      if (whole) {
        Map<String, List<DamagedTables.Values>> together = new TreeMap<>(Comparator.reverseOrder());
        together.put("field", row);
        together.put("cell", cells);
        copied += copyTogether(together) > 0 ? 1 : 0;
      }
    }
    // Each field was reported once, and the end.
    long counted = slide.number("revision") - ("finished".equals(slide.get("state")) ? 1 : 0);
    long lost = Math.max(counted, fields.size()) - copied;
    if (lost > 0) {
      fieldsLost += lost;
      unreadable.add("field");
      write(
          () ->
              execute(
                  to,
                  "UPDATE slide SET failed_fields = failed_fields + "
                      + lost
                      + " WHERE key = "
                      + key));
    }
  }

  /** Rows that don't depend on each other: one that is refused doesn't hold up the others. */
  private void copySome(String table, List<DamagedTables.Values> some) throws SQLException {
    if (copyTogether(Map.of(table, some)) < some.size()) {
      for (DamagedTables.Values one : some) {
        copyTogether(Map.of(table, List.of(one)));
      }
    }
  }

  /** All rows in one transaction; none if one of them can't be. */
  private long copyTogether(Map<String, List<DamagedTables.Values>> tables) throws SQLException {
    long[] done = new long[1];
    boolean copied =
        write(
            () -> {
              for (Map.Entry<String, List<DamagedTables.Values>> table : tables.entrySet()) {
                for (DamagedTables.Values row : table.getValue()) {
                  row.insert(to, table.getKey());
                  done[0]++;
                }
              }
            });
    if (!copied) {
      unreadable.addAll(tables.keySet());
      return 0;
    }
    rows += done[0];
    return done[0];
  }

  private interface Writing {
    void run() throws SQLException;
  }

  /** False for rows that can't be in a sound database, e.g. two with one key. */
  private boolean write(Writing work) throws SQLException {
    execute(to, "BEGIN IMMEDIATE");
    try {
      work.run();
      execute(to, "COMMIT");
      return true;
    } catch (SQLException e) {
      rollback(e);
      if (e instanceof SQLiteException s
          && s.getResultCode().name().startsWith(SQLiteErrorCode.SQLITE_CONSTRAINT.name())) {
        return false;
      }
      throw e;
    }
  }

  /** SQLite may have rolled back itself. */
  private void rollback(SQLException cause) {
    try {
      execute(to, "ROLLBACK");
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
