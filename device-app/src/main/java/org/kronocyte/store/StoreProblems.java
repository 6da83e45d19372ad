package org.kronocyte.store;

import java.sql.SQLException;
import java.util.Locale;
import org.kronocyte.problem.ProblemException;
import org.sqlite.SQLiteException;

/** What SQLite's errors mean to a person. */
final class StoreProblems {
  static final String DAMAGED = "store_damaged";

  private StoreProblems() {}

  /**
   * @param doing what was tried, for the message
   */
  static ProblemException of(SQLException e, String doing) {
    String code = e instanceof SQLiteException s ? s.getResultCode().name() : "SQLITE_ERROR";
    String message = e.getMessage() == null ? "" : e.getMessage();
    if (code.equals("SQLITE_FULL") || message.toLowerCase(Locale.ROOT).contains("disk is full")) {
      return problem(
          "disk_full",
          "the disk with the data folder is full",
          "free some room there; what was accepted is safe, the rest is tried again by itself",
          e);
    }
    if (code.startsWith("SQLITE_READONLY") || code.startsWith("SQLITE_PERM")) {
      return problem(
          "store_read_only",
          "the database can't be written (" + code + ")",
          "make the file system writable and the data folder the user's who runs this, and check"
              + " the disk: a worn-out SD card turns read-only",
          e);
    }
    if (code.startsWith("SQLITE_CANTOPEN")) {
      return problem(
          "store_unavailable",
          "the database can't be opened (" + message + ")",
          "check that the data folder is there and the user's who runs this",
          e);
    }
    if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) {
      return problem(
          "store_busy", "another process keeps the database busy", "try again in a moment", e);
    }
    if (code.startsWith("SQLITE_CORRUPT") || code.startsWith("SQLITE_NOTADB")) {
      return damaged(message, e);
    }
    if (code.startsWith("SQLITE_IOERR")) {
      return problem(
          "store_io_error",
          "the disk with the data folder gave an error (" + code + ")",
          "it is tried again by itself; if this goes on, replace the disk or SD card",
          e);
    }
    return problem(
        "store_failed", "the database refused (" + message + "): " + doing, "report this", e);
  }

  static ProblemException damaged(String finding, Throwable cause) {
    return problem(
        DAMAGED,
        "the database is damaged (" + finding + ")",
        "start the daemon (again): it moves it aside, and saves what can be read into a new one",
        cause);
  }

  private static ProblemException problem(
      String code, String message, String remedy, Throwable cause) {
    return new ProblemException(code, message, remedy, cause);
  }
}
