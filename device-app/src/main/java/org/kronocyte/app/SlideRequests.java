package org.kronocyte.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.store.Database;
import org.kronocyte.store.Transaction;

/**
 * Requests of commands to the daemon through the database of their data folder. A request is taken
 * once at most: the daemon answers it, or the command withdraws it.
 */
public final class SlideRequests {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Database database;

  public SlideRequests(Database database) {
    this.database = database;
  }

  /**
   * A request that waits.
   *
   * @param arguments a JSON object
   */
  record Request(long id, String verb, ObjectNode arguments) {}

  /** What the daemon did: the answer's object, or the problem it had. */
  public record Answer(boolean done, ObjectNode content) {}

  /** Leaves a request for the daemon; its number. */
  public long post(String verb, ObjectNode arguments) throws ProblemException {
    return database.write(
        tx ->
            tx.insert(
                "INSERT INTO request (verb, arguments) VALUES (?,?)", verb, arguments.toString()));
  }

  /** The daemon's answer, once there is one; it is forgotten then. */
  public Optional<Answer> poll(long id) throws ProblemException {
    Optional<Answer> answer = database.read(tx -> answer(tx, id));
    if (answer.isPresent()) {
      database.write(tx -> tx.update("DELETE FROM request WHERE id = ?", id));
    }
    return answer;
  }

  private static Optional<Answer> answer(Transaction tx, long id) throws ProblemException {
    return tx.first(
        "SELECT state, answer FROM request WHERE id = ? AND state IN ('done', 'refused')",
        row -> new Answer(row.text("state").equals("done"), object(row.text("answer"))),
        id);
  }

  /** Takes a request back; false if the daemon has answered meanwhile. */
  public boolean withdraw(long id) throws ProblemException {
    return database.write(
        tx -> tx.update("DELETE FROM request WHERE id = ? AND state = 'waiting'", id) == 1);
  }

  /**
   * Forgets what was asked of an earlier run: nobody waits for it any more. To be called as soon as
   * the folder is owned, because from then on commands ask again.
   */
  void forgetOld() throws ProblemException {
    database.write(tx -> tx.update("DELETE FROM request"));
  }

  /** Requests nobody has answered, in the order they came. */
  List<Request> waiting() throws ProblemException {
    return database.read(
        tx ->
            tx.query(
                "SELECT id, verb, arguments FROM request WHERE state = 'waiting' ORDER BY id",
                row ->
                    new Request(
                        row.integer("id"), row.text("verb"), object(row.text("arguments")))));
  }

  /** Answers a request; false if it was withdrawn. */
  boolean answer(long id, boolean done, ObjectNode content) throws ProblemException {
    return database.write(
        tx ->
            tx.update(
                    "UPDATE request SET state = ?, answer = ? WHERE id = ? AND state = 'waiting'",
                    done ? "done" : "refused",
                    content.toString(),
                    id)
                == 1);
  }

  /** An empty JSON object. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  private static ObjectNode object(String json) {
    try {
      JsonNode node = MAPPER.readTree(json);
      return node instanceof ObjectNode object ? object : object();
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
