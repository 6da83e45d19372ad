package org.kronocyte.publish.command;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.store.Database;
import org.kronocyte.store.Transaction;

/**
 * Which commands were answered, and what, so that none is done twice, a restart in between or not.
 * Bounded: the newest {@value #MOST} of the last {@link #KEEP} of witnessed time, which is far
 * longer than a command may be valid ({@link CommandDesk#LONGEST_VALIDITY}). Called by one thread.
 */
public final class AnsweredCommands {
  /** One every nine seconds for a day. */
  static final int MOST = 10_000;

  /** A clock that jumps adds a week at most to witnessed time; this outlasts four jumps. */
  static final Duration KEEP = Duration.ofDays(30);

  /** Rows looked at for their age each time; one is added, so that more than one suffices. */
  private static final int LOOK_AT = 20;

  private final Database database;
  private final Set<String> met = new LinkedHashSet<>();

  public AnsweredCommands(Database database) {
    this.database = database;
  }

  /** Whether this run meets a command for the first time; it is known from now on. */
  boolean meet(String requestId) {
    boolean first = met.add(requestId);
    if (met.size() > MOST) {
      met.remove(met.iterator().next());
    }
    return first;
  }

  /** The first answer a command was given, perhaps by an earlier run. */
  Optional<String> find(String requestId) throws ProblemException {
    return database.read(
        tx ->
            tx.first(
                "SELECT answer FROM command WHERE request_id = ?",
                row -> row.text("answer"),
                requestId));
  }

  /** Notes an answer; a later one takes its place. */
  void remember(String requestId, String answer) throws ProblemException {
    database.write(
        tx -> {
          remember(tx, requestId, answer);
          return null;
        });
  }

  /** Notes an answer within the transaction that stores what the command did. */
  static void remember(Transaction tx, String requestId, String answer) throws ProblemException {
    tx.update(
        "INSERT INTO command (request_id, answer, age_s)"
            + " SELECT ?, ?, value FROM counter WHERE name = 'age_s'"
            + " ON CONFLICT (request_id) DO UPDATE SET answer = excluded.answer",
        requestId,
        answer);
    tx.update("DELETE FROM command WHERE number <= (SELECT max(number) FROM command) - ?", MOST);
    tx.update(
        "DELETE FROM command WHERE number IN (SELECT number FROM command ORDER BY number LIMIT ?)"
            + " AND age_s < (SELECT value FROM counter WHERE name = 'age_s') - ?",
        LOOK_AT,
        KEEP.toSeconds());
  }
}
