package org.kronocyte.publish;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers to commands on their way out: few, small, and before all else. One taken stays until it
 * is settled. Bounded: the oldest goes. Not thread-safe.
 */
final class Replies {
  static final int MOST = 200;

  private static final Logger log = LoggerFactory.getLogger(Replies.class);

  /** {@code number} is unique among them. */
  record Reply(long number, Packet packet) {}

  private final Deque<Reply> waiting = new ArrayDeque<>();
  private final Deque<Reply> taken = new ArrayDeque<>();
  private long next;
  private long dropped;

  void add(Packet reply) {
    if (size() >= MOST) {
      if (waiting.pollFirst() == null) {
        taken.removeFirst();
      }
      if (Long.bitCount(++dropped) == 1) {
        log.warn("{} answers to commands were dropped so far: over {} wait", dropped, MOST);
      }
    }
    waiting.addLast(new Reply(++next, reply));
  }

  Optional<Reply> take() {
    Optional<Reply> first = Optional.ofNullable(waiting.pollFirst());
    first.ifPresent(taken::addLast);
    return first;
  }

  /** Delivered, or refused for good. */
  void settled(Reply reply) {
    taken.removeIf(t -> t.number() == reply.number());
  }

  void releaseTaken() {
    while (!taken.isEmpty()) {
      waiting.addFirst(taken.removeLast());
    }
  }

  int size() {
    return waiting.size() + taken.size();
  }
}
