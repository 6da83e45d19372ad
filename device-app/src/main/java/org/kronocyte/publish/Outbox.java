package org.kronocyte.publish;

import java.util.Optional;

/**
 * Messages waiting to be delivered, in the order they were added. A message taken stays in the
 * outbox until it is acknowledged. Safe for any number of threads; {@link #add} is called by the
 * pipeline and returns at once.
 */
public interface Outbox extends AutoCloseable {
  /**
   * A message with its place in the outbox.
   *
   * @param id unique within the outbox, rising
   */
  record Entry(long id, Message message) {}

  void add(Message message);

  /** The first message not taken yet, and takes it. */
  Optional<Entry> take();

  /** The broker has it: forget it. Unknown ids are ignored, as acknowledgements may come twice. */
  void acknowledge(long id);

  /** Everything taken and not acknowledged is to be sent again, in its old order. */
  void releaseTaken();

  /** Messages not acknowledged yet. */
  int size();

  /** Their payloads' size. */
  long bytes();

  /** Messages given up for want of room since the start. */
  long dropped();

  @Override
  void close();
}
