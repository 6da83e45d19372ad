package org.kronocyte.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sqlite.SQLiteConfig;

/**
 * What can be read of a damaged database, without changing it. A damaged page takes its rows along;
 * those before and behind it are found by their keys, and indexes aren't trusted.
 */
final class DamagedTables implements AutoCloseable {
  private static final Map<String, String> KEYS =
      Map.of("slide", "key", "field", "rowid", "outbox", "id", "command", "number");

  /** Far beyond what any device counts, and few enough steps to try. */
  private static final long HIGHEST_KEY = 1L << 34;

  private static final long LONGEST_STEP = 1L << 24;

  private final Connection connection;
  private final boolean readable;
  private final TreeSet<String> tables = new TreeSet<>();
  private final TreeSet<String> unreadable = new TreeSet<>();
  private boolean lastFailed;

  private DamagedTables(Connection connection) {
    this.connection = connection;
    this.readable = readNames() && !tables.isEmpty();
  }

  static DamagedTables open(Path file) throws SQLException, IOException {
    if (Files.size(file) == 0) {
      // Opened, SQLite would delete its log.
      return new DamagedTables(DriverManager.getConnection("jdbc:sqlite::memory:"));
    }
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    return new DamagedTables(config.createConnection("jdbc:sqlite:" + file));
  }

  /** One row by the names of its columns. */
  record Values(Map<String, Object> columns) {
    Object get(String column) {
      return columns.get(column);
    }

    /** 0 if it is none. */
    long number(String column) {
      return columns.get(column) instanceof Number n ? n.longValue() : 0;
    }

    void insert(Connection to, String table) throws SQLException {
      String names = String.join(", ", columns.keySet());
      String marks = String.join(",", Collections.nCopies(columns.size(), "?"));
      String sql = "INSERT OR %s INTO " + table + " (" + names + ") VALUES (" + marks + ")";
      // A new database has counters of its own.
      try (PreparedStatement statement =
          to.prepareStatement(String.format(sql, table.equals("counter") ? "REPLACE" : "ABORT"))) {
        int i = 0;
        for (Object value : columns.values()) {
          statement.setObject(++i, value);
        }
        statement.executeUpdate();
      }
    }
  }

  private boolean readNames() {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT name FROM sqlite_master WHERE type = 'table'")) {
      while (rows.next()) {
        tables.add(rows.getString(1));
      }
      return true;
    } catch (SQLException e) {
      return false; // All of it is unreadable, which the report says.
    }
  }

  /** Whether at least the names of the tables could be read. */
  boolean readable() {
    return readable;
  }

  /** Tables of which something couldn't be read. */
  Set<String> unreadable() {
    return unreadable;
  }

  /** Whether the last rows asked for couldn't all be read. */
  boolean lastFailed() {
    return lastFailed;
  }

  /** All keys of a table that can be reached. */
  List<Long> keys(String table) {
    NavigableSet<Long> keys = new TreeSet<>();
    long from = 0;
    long step = 1;
    while (from < HIGHEST_KEY) {
      int before = keys.size();
      boolean whole = scan(table, "> " + from + " ORDER BY %s", keys);
      if (keys.size() > before && step > 1) {
        // The steps got longer; what lies between is read from the far end.
        Long first = keys.higher(from);
        if (first != null) {
          scan(table, "< " + first + " ORDER BY %s DESC", keys);
        }
      }
      if (whole) {
        break;
      }
      if (keys.size() > before) {
        from = Math.max(from, keys.last());
        step = 1;
      }
      from += step;
      step = Math.min(2 * step, LONGEST_STEP);
    }
    return List.copyOf(keys);
  }

  /** Adds keys until one can't be read or is known; false if one couldn't be read. */
  private boolean scan(String table, String where, NavigableSet<Long> keys) {
    if (!tables.contains(table)) {
      return true;
    }
    String key = KEYS.get(table);
    String sql =
        "SELECT "
            + key
            + " FROM "
            + table
            + " NOT INDEXED WHERE "
            + key
            + " "
            + String.format(where, key);
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        if (!keys.add(rows.getLong(1))) {
          return true;
        }
      }
      return true;
    } catch (SQLException e) {
      unreadable.add(table);
      return false;
    }
  }

  /** The rows with these keys, as far as they can be read. */
  List<Values> rows(String table, List<Long> keys) {
    List<Values> rows = new ArrayList<>();
    boolean failed = false;
    for (long key : keys) {
      rows.addAll(where(table, KEYS.get(table) + " = " + key));
      failed |= lastFailed;
    }
    lastFailed = failed;
    return rows;
  }

  /** The rows of a condition, up to the first that can't be read. */
  List<Values> where(String table, String condition) {
    lastFailed = false;
    List<Values> found = new ArrayList<>();
    if (!tables.contains(table)) {
      return found;
    }
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM " + table + " WHERE " + condition)) {
      ResultSetMetaData columns = rows.getMetaData();
      while (rows.next()) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
          values.put(columns.getColumnName(i), rows.getObject(i));
        }
        found.add(new Values(values));
      }
    } catch (SQLException e) {
      lastFailed = true;
      unreadable.add(table);
    }
    return found;
  }

  /** For each slide its fields: number and row. */
  Map<Long, SortedMap<Long, Long>> fieldsBySlide() {
    Map<Long, SortedMap<Long, Long>> bySlide = new TreeMap<>();
    for (long row : keys("field")) {
      try (Statement statement = connection.createStatement();
          ResultSet rows =
              statement.executeQuery("SELECT slide, number FROM field WHERE rowid = " + row)) {
        if (rows.next()) {
          bySlide
              .computeIfAbsent(rows.getLong("slide"), s -> new TreeMap<>())
              .put(rows.getLong("number"), row);
        }
      } catch (SQLException e) {
        unreadable.add("field");
      }
    }
    return bySlide;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
