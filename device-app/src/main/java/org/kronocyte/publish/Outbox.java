package org.kronocyte.publish;

import java.util.Optional;
import java.util.function.Predicate;

/**
 * Messages waiting to be delivered: the most worth first ({@link Message.Kind}), within a kind in
 * the order they were added, or the newest slide first ({@link DrainOrder}). A message taken stays
 * in the outbox until it is acknowledged.
 *
 * <p>Bounded by the size of the payloads: when it is full the oldest message of the least worth
 * goes, one waiting before one already handed to the broker, and a counter says so; a slide's
 * result never goes. Of health, of an alert and of the result of one slide, only the newest waits,
 * since a newer one replaces what an older one said.
 *
 * <p>Safe for any number of threads. {@link #add} is called by the pipeline and doesn't wait for
 * the network.
 */
public interface Outbox extends AutoCloseable {
  /**
   * A message with its place in the outbox.
   *
   * @param id unique within the outbox, rising
   */
  record Entry(long id, Message message) {}

  /** Adds a message; false for one that can't be stored and is lost, which the log says. */
  boolean add(Message message);

  /** The first message not taken yet, and takes it. */
  default Optional<Entry> take() {
    return take(Message.Kind.HEALTH);
  }

  /** The same of messages of this kind and above only. */
  Optional<Entry> take(Message.Kind least);

  /** The broker has it: forget it. Unknown ids are ignored, as acknowledgements may come twice. */
  void acknowledge(long id);

  /** A message that was taken isn't on its way: it stays taken, but a newer one replaces it. */
  void setAside(Entry entry);

  /** Everything taken and not acknowledged is to be sent again, in its old order. */
  void releaseTaken();

  /** Whether any of at least {@link Message.Kind#ALERT} is one of these. */
  boolean anyWaits(Predicate<Message> wanted);

  /** Messages not acknowledged yet. */
  int size();

  /** Their payloads' size. */
  long bytes();

  /** Messages given up for want of room, since the start of whatever keeps them. */
  long dropped();

  @Override
  void close();
}
