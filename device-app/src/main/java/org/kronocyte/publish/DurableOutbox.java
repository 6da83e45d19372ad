package org.kronocyte.publish;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.store.Database;
import org.kronocyte.store.Transaction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An outbox in the device's database: what was added is still there after a power cut, and a result
 * goes in with its message in one transaction. The order is that of adding, whatever the clock
 * said.
 *
 * <p>Where the database can't be written, an acknowledgement is kept in memory and written down
 * later; should the process end before, the message is sent twice, which its {@code result_id} and
 * {@code revision} show. A message that was damaged on the disk is dropped when it would be its
 * turn.
 */
public final class DurableOutbox implements Outbox {
  /** Room for weeks of slides with no connection. */
  public static final long STANDARD_BYTES = 256L * 1024 * 1024;

  private static final Logger log = LoggerFactory.getLogger(DurableOutbox.class);

  private final Database database;
  private final long maxBytes;
  private final LongSupplier nanoTime;
  private final DrainOrder order;
  private final long lastOfEarlierRun;

  /** Given to the publisher; added to within a transaction only, so that no two takers meet. */
  private final Set<Long> taken = ConcurrentHashMap.newKeySet();

  /** Part of {@link #taken}: delivered, but not deleted yet. */
  private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();

  /** Part of {@link #taken}: not on its way all the same. */
  private final Set<Long> setAside = ConcurrentHashMap.newKeySet();

  /** Part of {@link #taken}: damaged on the disk, but not deleted yet. */
  private final Set<Long> unreadable = ConcurrentHashMap.newKeySet();

  private volatile Figures last = new Figures(0, 0, 0);
  private volatile boolean troubled;

  private record Figures(long messages, long bytes, long dropped) {}

  /**
   * @param maxBytes of payloads, at least {@link Messages#MAX_BYTES}; slide results may exceed it
   * @param nanoTime monotonic, as {@link System#nanoTime}
   */
  public DurableOutbox(Database database, long maxBytes, LongSupplier nanoTime)
      throws ProblemException {
    this(database, maxBytes, nanoTime, DrainOrder.OLDEST_FIRST);
  }

  /**
   * @param maxBytes of payloads, at least {@link Messages#MAX_BYTES}; slide results may exceed it
   * @param nanoTime monotonic, as {@link System#nanoTime}
   */
  public DurableOutbox(Database database, long maxBytes, LongSupplier nanoTime, DrainOrder order)
      throws ProblemException {
    if (maxBytes < Messages.MAX_BYTES) {
      throw new IllegalArgumentException(
          "an outbox of " + maxBytes + " bytes can't hold a message of " + Messages.MAX_BYTES);
    }
    this.database = database;
    this.maxBytes = maxBytes;
    this.nanoTime = nanoTime;
    this.order = order;
    this.lastOfEarlierRun =
        database.write(
            tx -> {
              OutboxRows.deleteHealth(tx);
              return OutboxRows.lastId(tx);
            });
  }

  /** Adds a message within the transaction that stores what it tells. */
  public void add(Transaction tx, Message message) throws ProblemException {
    if (message.replacesOlder()) {
      OutboxRows.deleteReplaced(tx, message, id -> taken.contains(id) && !setAside.contains(id));
    }
    OutboxRows.insert(tx, message, nanoTime.getAsLong());
    while (OutboxRows.counter(tx, "outbox_bytes") > maxBytes) {
      Optional<Long> victim = OutboxRows.victim(tx, taken);
      if (victim.isEmpty()) {
        return;
      }
      drop(tx, victim.get());
    }
  }

  private void drop(Transaction tx, long id) throws ProblemException {
    String topic = OutboxRows.topic(tx, id);
    OutboxRows.delete(tx, id);
    OutboxRows.countDropped(tx);
    long dropped = OutboxRows.counter(tx, "outbox_dropped");
    if (Long.bitCount(dropped) == 1) {
      log.warn(
          "the outbox is full at {} bytes: {} messages dropped so far, now one for {}",
          maxBytes,
          dropped,
          topic);
    }
  }

  /** Whether a message for this topic is not delivered yet. */
  public boolean waits(Transaction tx, String topic) throws ProblemException {
    return OutboxRows.waits(tx, topic);
  }

  /** A message of its own, e.g. of health. */
  @Override
  public boolean add(Message message) {
    try {
      database.write(
          tx -> {
            add(tx, message);
            return null;
          });
      recovered();
      return true;
    } catch (ProblemException e) {
      trouble("a message for " + message.topic() + " is lost", e);
      return false;
    }
  }

  @Override
  public Optional<Entry> take(Message.Kind least) {
    Optional<Entry> next = Optional.empty();
    try {
      next = database.read(tx -> take(tx, least));
    } catch (ProblemException e) {
      trouble("nothing can be taken from the outbox", e);
    }
    if (!unreadable.isEmpty()) {
      dropUnreadable();
    }
    return next;
  }

  private Optional<Entry> take(Transaction tx, Message.Kind least) throws ProblemException {
    for (Optional<Long> id = first(tx, least); id.isPresent(); id = first(tx, least)) {
      Optional<Message> message =
          OutboxRows.find(tx, id.get(), lastOfEarlierRun, nanoTime.getAsLong());
      taken.add(id.get());
      if (message.isPresent()) {
        return Optional.of(new Entry(id.get(), message.get()));
      }
      unreadable.add(id.get());
      log.error(
          "message {} ({}) was damaged on the disk and is never sent; what is stored of its slide"
              + " can be had by 'kronocyte slide export'",
          id.get(),
          OutboxRows.kind(tx, id.get()));
    }
    return Optional.empty();
  }

  private Optional<Long> first(Transaction tx, Message.Kind least) throws ProblemException {
    return order == DrainOrder.NEWEST_FIRST
        ? OutboxRows.firstOfNewestSlide(tx, least, taken)
        : OutboxRows.first(tx, least, taken);
  }

  private void dropUnreadable() {
    List<Long> damaged = List.copyOf(unreadable);
    try {
      database.write(
          tx -> {
            for (long each : damaged) {
              OutboxRows.delete(tx, each);
              OutboxRows.countDropped(tx);
            }
            return null;
          });
      damaged.forEach(unreadable::remove);
      damaged.forEach(taken::remove);
    } catch (ProblemException e) {
      trouble("damaged messages can't be deleted", e);
    }
  }

  @Override
  public boolean anyWaits(Predicate<Message> wanted) {
    try {
      return database.read(
          tx -> OutboxRows.weighty(tx, nanoTime.getAsLong()).stream().anyMatch(wanted));
    } catch (ProblemException e) {
      trouble("the outbox can't be looked through", e);
      return false;
    }
  }

  @Override
  public void acknowledge(long id) {
    taken.add(id);
    acknowledged.add(id);
    List<Long> delivered = List.copyOf(acknowledged);
    try {
      database.write(
          tx -> {
            for (long each : delivered) {
              OutboxRows.delete(tx, each);
            }
            return null;
          });
      delivered.forEach(acknowledged::remove);
      delivered.forEach(taken::remove);
      recovered();
    } catch (ProblemException e) {
      trouble("acknowledgements can't be written down", e);
    }
  }

  @Override
  public void setAside(Entry entry) {
    setAside.add(entry.id());
    try {
      if (entry.message().replacesOlder()
          && database.read(tx -> OutboxRows.newerWaits(tx, entry.id(), entry.message()))) {
        acknowledge(entry.id()); // It came while this one was on its way.
      }
    } catch (ProblemException e) {
      trouble("the outbox can't be looked through", e);
    }
  }

  @Override
  public void releaseTaken() {
    setAside.clear();
    taken.removeIf(id -> !acknowledged.contains(id) && !unreadable.contains(id));
  }

  @Override
  public int size() {
    return Math.toIntExact(figures().messages());
  }

  @Override
  public long bytes() {
    return figures().bytes();
  }

  /** Counted over all runs. */
  @Override
  public long dropped() {
    return figures().dropped();
  }

  /** Delivered and damaged messages that couldn't be deleted yet count as gone. */
  private Figures figures() {
    try {
      last =
          database.read(
              tx ->
                  new Figures(
                      OutboxRows.counter(tx, "outbox_messages")
                          - acknowledged.size()
                          - unreadable.size(),
                      OutboxRows.counter(tx, "outbox_bytes"),
                      OutboxRows.counter(tx, "outbox_dropped")));
    } catch (ProblemException e) {
      trouble("the outbox can't be counted", e);
    }
    return last;
  }

  /** Leaves the database to its owner; what waits stays in it. */
  @Override
  public void close() {
    taken.clear();
  }

  private void trouble(String what, ProblemException e) {
    if (!troubled) {
      troubled = true;
      log.error("{}: {}", what, e.getMessage());
    }
  }

  private void recovered() {
    if (troubled) {
      troubled = false;
      log.info("the outbox can be written again");
    }
  }
}
