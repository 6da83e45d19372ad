package org.kronocyte.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.kronocyte.problem.ProblemException;

/**
 * Brings a database to the shape this program needs: the scripts {@code 1.sql}, {@code 2.sql} …
 * beside this class, each in a transaction of its own. {@code user_version} says how far it is.
 */
final class Migrations {
  static final int NEWEST = 4;

  /** "Kron", so that another program's database isn't taken for ours. */
  static final int APPLICATION_ID = 0x4b726f6e;

  private Migrations() {}

  static void run(Connection connection) throws SQLException, ProblemException {
    check(connection);
    try (Statement statement = connection.createStatement()) {
      for (int next = pragma(connection, "user_version") + 1; next <= NEWEST; next++) {
        statement.executeUpdate(
            "BEGIN IMMEDIATE;"
                + script(next)
                + "PRAGMA application_id = "
                + APPLICATION_ID
                + ";PRAGMA user_version = "
                + next
                + ";COMMIT;");
      }
    }
  }

  /** Refuses what this program can't work on. */
  static void check(Connection connection) throws SQLException, ProblemException {
    int id = pragma(connection, "application_id");
    int version = pragma(connection, "user_version");
    if (version != 0 && id != APPLICATION_ID) {
      throw new ProblemException(
          "store_foreign",
          "the database in the data folder is another program's (application id " + id + ")",
          "give Kronocyte a data folder of its own");
    }
    if (version > NEWEST) {
      throw new ProblemException(
          "store_newer",
          "the database has shape " + version + ", this program knows up to " + NEWEST,
          "install the newer version again that made it");
    }
  }

  static int pragma(Connection connection, String name) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("PRAGMA " + name)) {
      return rows.getInt(1);
    }
  }

  private static String script(int version) {
    String name = version + ".sql";
    try (InputStream in = Migrations.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the program has no " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
