package org.kronocyte.publish;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongPredicate;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.store.Row;
import org.kronocyte.store.Transaction;

/** The outbox's table; its triggers keep the counters of messages and bytes. */
final class OutboxRows {
  private static final List<Message.Kind> MOST_WORTH_FIRST =
      Arrays.stream(Message.Kind.values())
          .sorted(Comparator.comparing(Message.Kind::worth).reversed())
          .toList();

  /** Sorts behind every text that begins alike. */
  private static final String MAX_CHAR = "\uffff";

  /** In the order of an index: a backlog of weeks is neither read nor sorted. */
  static final String FIRST =
      "SELECT id FROM outbox WHERE priority >= ? ORDER BY priority DESC, id LIMIT ?";

  private record Place(long id, String topic) {}

  private OutboxRows() {}

  static void insert(Transaction tx, Message message, long nowNs) throws ProblemException {
    tx.update(
        "INSERT INTO outbox (kind, priority, topic, json, bytes, created_at, created_ns, offline)"
            + " VALUES (?,?,?,?,?,?,?,?)",
        message.kind().name(),
        message.kind().worth(),
        message.topic(),
        message.json(),
        message.bytes(),
        message.createdAt().toString(),
        nowNs,
        message.queuedOffline());
  }

  static void delete(Transaction tx, long id) throws ProblemException {
    tx.update("DELETE FROM outbox WHERE id = ?", id);
  }

  /** Deletes what a newer message replaces, unless it is on its way. */
  static void deleteReplaced(Transaction tx, Message newer, LongPredicate onItsWay)
      throws ProblemException {
    List<Long> older =
        tx.query(
            "SELECT id FROM outbox WHERE topic = ? AND kind = ?",
            row -> row.integer("id"),
            newer.topic(),
            newer.kind().name());
    for (long id : older) {
      if (!onItsWay.test(id)) {
        delete(tx, id);
      }
    }
  }

  /** Whether one was added since that says more. */
  static boolean newerWaits(Transaction tx, long id, Message older) throws ProblemException {
    return tx.first(
            "SELECT 1 AS one FROM outbox WHERE topic = ? AND kind = ? AND id > ?",
            row -> row.flag("one"),
            older.topic(),
            older.kind().name(),
            id)
        .isPresent();
  }

  /** What was left of health by an earlier run says nothing any more. */
  static void deleteHealth(Transaction tx) throws ProblemException {
    tx.update("DELETE FROM outbox WHERE kind = ?", Message.Kind.HEALTH.name());
  }

  /** The first of this kind and above that isn't taken: most worth, then oldest. */
  static Optional<Long> first(Transaction tx, Message.Kind least, Set<Long> taken)
      throws ProblemException {
    // Among one more rows than are taken, one is free.
    return tx.query(FIRST, row -> row.integer("id"), least.worth(), taken.size() + 1).stream()
        .filter(id -> !taken.contains(id))
        .findFirst();
  }

  /** Of the most worth, from this kind on, with any that isn't taken: the newest slide's oldest. */
  static Optional<Long> firstOfNewestSlide(Transaction tx, Message.Kind least, Set<Long> taken)
      throws ProblemException {
    for (Message.Kind kind : MOST_WORTH_FIRST) {
      if (kind.worth() < least.worth()) {
        break;
      }
      List<Place> newest =
          tx.query(
              "SELECT id, topic FROM outbox WHERE priority = ? ORDER BY id DESC LIMIT ?",
              row -> new Place(row.integer("id"), row.text("topic")),
              kind.worth(),
              taken.size() + 1);
      Optional<Place> free = newest.stream().filter(p -> !taken.contains(p.id())).findFirst();
      if (free.isPresent()) {
        return oldestOf(tx, kind, free.get(), taken);
      }
    }
    return Optional.empty();
  }

  private static Optional<Long> oldestOf(
      Transaction tx, Message.Kind kind, Place newest, Set<Long> taken) throws ProblemException {
    String family = Message.family(kind, newest.topic());
    boolean whole = family.equals(newest.topic());
    return tx
        .query(
            "SELECT id FROM outbox WHERE priority = ? AND topic >= ? AND topic "
                + (whole ? "<=" : "<")
                + " ? ORDER BY id LIMIT ?",
            row -> row.integer("id"),
            kind.worth(),
            family,
            whole ? family : family + MAX_CHAR,
            taken.size() + 1)
        .stream()
        .filter(id -> !taken.contains(id))
        .findFirst();
  }

  /** All that may be urgent and can be read. */
  static List<Message> weighty(Transaction tx, long nowNs) throws ProblemException {
    return tx
        .query(
            "SELECT * FROM outbox WHERE priority >= ?",
            row -> message(row, 0, nowNs),
            Message.Kind.ALERT.worth())
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  /** What goes first from a full outbox: least worth, then waiting, then oldest; no result. */
  static Optional<Long> victim(Transaction tx, Set<Long> taken) throws ProblemException {
    Optional<Long> lowest =
        tx.first(
            "SELECT priority FROM outbox WHERE priority < ? ORDER BY priority LIMIT 1",
            row -> row.integer("priority"),
            Message.Kind.SLIDE.worth());
    if (lowest.isEmpty()) {
      return Optional.empty();
    }
    List<Long> oldest =
        tx.query(
            "SELECT id FROM outbox WHERE priority = ? ORDER BY id LIMIT ?",
            row -> row.integer("id"),
            lowest.get(),
            taken.size() + 1);
    return oldest.stream()
        .filter(id -> !taken.contains(id))
        .findFirst()
        .or(() -> oldest.stream().findFirst());
  }

  /** A message, late if an earlier process made it or it waited long; empty if it is damaged. */
  static Optional<Message> find(Transaction tx, long id, long lastOfEarlierRun, long nowNs)
      throws ProblemException {
    return tx.first(
            "SELECT * FROM outbox WHERE id = ?", row -> message(row, lastOfEarlierRun, nowNs), id)
        .flatMap(message -> message);
  }

  /** SQLite keeps no checksums: what rots in the middle of a text is found by nobody else. */
  private static Optional<Message> message(Row row, long lastOfEarlierRun, long nowNs)
      throws ProblemException {
    String json = row.text("json");
    if (!json.isEmpty() && !Json.isObject(json)) {
      return Optional.empty();
    }
    boolean late =
        row.flag("offline")
            || row.integer("id") <= lastOfEarlierRun
            || nowNs - row.integer("created_ns") > Message.LATE.toNanos();
    try {
      Message.Kind kind = Message.Kind.valueOf(row.text("kind"));
      Instant createdAt = Instant.parse(row.text("created_at"));
      return Optional.of(new Message(kind, row.text("topic"), json, createdAt, late));
    } catch (IllegalArgumentException | DateTimeException e) {
      return Optional.empty();
    }
  }

  /** The word for its kind, whatever it says. */
  static String kind(Transaction tx, long id) throws ProblemException {
    return tx.first("SELECT kind FROM outbox WHERE id = ?", row -> row.text("kind"), id).orElse("");
  }

  static String topic(Transaction tx, long id) throws ProblemException {
    return tx.first("SELECT topic FROM outbox WHERE id = ?", row -> row.text("topic"), id)
        .orElse("");
  }

  static boolean waits(Transaction tx, String topic) throws ProblemException {
    return tx.first("SELECT 1 AS one FROM outbox WHERE topic = ?", row -> row.flag("one"), topic)
        .isPresent();
  }

  static long lastId(Transaction tx) throws ProblemException {
    return tx.first("SELECT coalesce(max(id), 0) AS id FROM outbox", row -> row.integer("id"))
        .orElseThrow();
  }

  static long counter(Transaction tx, String name) throws ProblemException {
    return tx.first("SELECT value FROM counter WHERE name = ?", row -> row.integer("value"), name)
        .orElseThrow();
  }

  static void countDropped(Transaction tx) throws ProblemException {
    tx.update("UPDATE counter SET value = value + 1 WHERE name = 'outbox_dropped'");
  }
}
