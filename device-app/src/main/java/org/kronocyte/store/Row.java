package org.kronocyte.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalDouble;
import org.kronocyte.problem.ProblemException;

/** One row of an answer, valid while it is being read. Columns are asked for by name. */
public final class Row {
  /**
   * Makes a value of a row.
   *
   * @param <T> the value
   */
  @FunctionalInterface
  public interface Reader<T> {
    T read(Row row) throws ProblemException;
  }

  private final ResultSet row;

  Row(ResultSet row) {
    this.row = row;
  }

  private interface Getter<T> {
    T get(String column) throws SQLException;
  }

  private static <T> T get(String column, Getter<T> getter) throws ProblemException {
    try {
      return getter.get(column);
    } catch (SQLException e) {
      throw StoreProblems.of(e, "column " + column + " can't be read");
    }
  }

  /** Text of a column that is never null. */
  public String text(String column) throws ProblemException {
    return get(column, row::getString);
  }

  /** Text, empty for null. */
  public Optional<String> maybeText(String column) throws ProblemException {
    return Optional.ofNullable(text(column));
  }

  /** A whole number, 0 for null. */
  public long integer(String column) throws ProblemException {
    return get(column, row::getLong);
  }

  /** A small whole number, 0 for null. */
  public int number(String column) throws ProblemException {
    return get(column, row::getInt);
  }

  /** A truth value, stored as 0 or 1. */
  public boolean flag(String column) throws ProblemException {
    return integer(column) != 0;
  }

  /** A decimal number of a column that is never null. */
  public double real(String column) throws ProblemException {
    return get(column, row::getDouble);
  }

  /** A decimal number, empty for null. */
  public OptionalDouble maybeReal(String column) throws ProblemException {
    Object value = get(column, row::getObject);
    return value == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(((Number) value).doubleValue());
  }

  /** Bytes, empty for null. */
  public Optional<byte[]> maybeBytes(String column) throws ProblemException {
    return Optional.ofNullable(get(column, row::getBytes));
  }
}
