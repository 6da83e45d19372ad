package org.kronocyte.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.kronocyte.problem.ProblemException;
import org.sqlite.SQLiteConfig;

/** Opens SQLite the way durability needs it. */
final class Connections {
  /** The log is cut back to this after it was carried over into the database. */
  private static final int MAX_IDLE_LOG_BYTES = 4 * 1024 * 1024;

  private Connections() {}

  static Connection open(Path file, Database.Settings settings) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout((int) settings.busyTimeout().toMillis());
    Connection connection = config.createConnection("jdbc:sqlite:" + file);
    try (Statement statement = connection.createStatement()) {
      // Only works before the first table; a database keeps it from then on.
      statement.executeUpdate("PRAGMA auto_vacuum = INCREMENTAL");
      requireWal(statement);
      // FULL syncs the log with each commit; NORMAL would lose the last ones in a power cut.
      statement.executeUpdate("PRAGMA synchronous = FULL");
      statement.executeUpdate("PRAGMA foreign_keys = ON");
      statement.executeUpdate("PRAGMA trusted_schema = OFF");
      statement.executeUpdate("PRAGMA cell_size_check = ON");
      statement.executeUpdate("PRAGMA temp_store = MEMORY");
      set(statement, "PRAGMA secure_delete = " + (settings.secureDelete() ? "ON" : "OFF"));
      set(statement, "PRAGMA journal_size_limit = " + MAX_IDLE_LOG_BYTES);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private static void requireWal(Statement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery("PRAGMA journal_mode = WAL")) {
      String mode = rows.getString(1);
      if (!"wal".equalsIgnoreCase(mode)) {
        throw new SQLException("no write-ahead log on this file system, only '" + mode + "'");
      }
    }
  }

  /** For a pragma that answers with its new value. */
  private static void set(Statement statement, String pragma) throws SQLException {
    statement.executeQuery(pragma).close();
  }

  /**
   * Reads every page without changing any; a second or so for a hundred megabytes.
   *
   * @param thorough compares the indexes with their tables, too
   */
  static void checkIntegrity(Path file, Database.Settings settings, boolean thorough)
      throws SQLException, ProblemException {
    SQLiteConfig config = new SQLiteConfig();
    // Cut off while it was being made, before it had a write-ahead log, it has a journal to undo.
    config.setReadOnly(!Files.exists(file.resolveSibling(file.getFileName() + "-journal")));
    config.setBusyTimeout((int) settings.busyTimeout().toMillis());
    try (Connection connection = config.createConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                thorough ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)")) {
      String finding = rows.getString(1);
      if (!"ok".equals(finding)) {
        throw StoreProblems.damaged(finding, null);
      }
    }
  }
}
