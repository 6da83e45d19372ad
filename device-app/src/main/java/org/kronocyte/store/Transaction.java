package org.kronocyte.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kronocyte.problem.ProblemException;

/**
 * The statements of one transaction. Values go in as parameters only: text, numbers, booleans (as 0
 * and 1), byte arrays and null.
 */
public final class Transaction {
  private final Connection connection;

  Transaction(Connection connection) {
    this.connection = connection;
  }

  /** Inserts, updates or deletes; how many rows it changed. */
  public int update(String sql, Object... values) throws ProblemException {
    try (PreparedStatement statement = prepare(sql, values)) {
      return statement.executeUpdate();
    } catch (SQLException e) {
      throw StoreProblems.of(e, sql);
    }
  }

  /** Inserts one row; its key. */
  public long insert(String sql, Object... values) throws ProblemException {
    update(sql, values);
    return first("SELECT last_insert_rowid() AS key", row -> row.integer("key")).orElseThrow();
  }

  /** All rows of an answer, in its order. */
  public <T> List<T> query(String sql, Row.Reader<T> reader, Object... values)
      throws ProblemException {
    try (PreparedStatement statement = prepare(sql, values);
        ResultSet rows = statement.executeQuery()) {
      List<T> all = new ArrayList<>();
      Row row = new Row(rows);
      while (rows.next()) {
        all.add(reader.read(row));
      }
      return all;
    } catch (SQLException e) {
      throw StoreProblems.of(e, sql);
    }
  }

  /** The first row of an answer. */
  public <T> Optional<T> first(String sql, Row.Reader<T> reader, Object... values)
      throws ProblemException {
    List<T> all = query(sql, reader, values);
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(0));
  }

  private PreparedStatement prepare(String sql, Object... values) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    try {
      for (int i = 0; i < values.length; i++) {
        Object value = values[i];
        statement.setObject(i + 1, value instanceof Boolean flag ? (flag ? 1 : 0) : value);
      }
      return statement;
    } catch (SQLException e) {
      statement.close();
      throw e;
    }
  }
}
