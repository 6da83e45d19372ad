package org.kronocyte.store;

import org.kronocyte.problem.ProblemException;

/**
 * What is done in one transaction.
 *
 * @param <T> its result
 */
@FunctionalInterface
public interface Work<T> {
  /** For a transaction that has nothing to do besides. */
  Work<Void> NOTHING = tx -> null;

  /**
   * Reads and writes by {@code tx}, which is valid during the call only. Whatever it throws undoes
   * the transaction; it may be called again, so it changes nothing but the database.
   */
  T in(Transaction tx) throws ProblemException;
}
