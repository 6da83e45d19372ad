package org.kronocyte.publish;

import java.util.Comparator;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An outbox in memory, bounded by the size of the payloads; lost when the process ends. When it is
 * full, the oldest field or health message goes before any slide result, and a message waiting goes
 * before one already handed to the broker. Only the newest health message waits, since the broker
 * keeps just one.
 */
public final class MemoryOutbox implements Outbox {
  /** Room for about a day of slides with no connection. */
  public static final long STANDARD_BYTES = 16L * 1024 * 1024;

  private static final Logger log = LoggerFactory.getLogger(MemoryOutbox.class);

  private static final class Slot {
    final long id;
    final Message message;
    final int bytes;
    boolean taken;

    Slot(long id, Message message) {
      this.id = id;
      this.message = message;
      this.bytes = message.bytes();
    }

    boolean isSlideResult() {
      return message.kind() == Message.Kind.SLIDE;
    }
  }

  private final long maxBytes;
  private final NavigableMap<Long, Slot> slots = new TreeMap<>();
  private long nextId = 1;
  private long bytes;
  private long dropped;

  public MemoryOutbox(long maxBytes) {
    if (maxBytes < Messages.MAX_BYTES) {
      throw new IllegalArgumentException(
          "an outbox of " + maxBytes + " bytes can't hold a message of " + Messages.MAX_BYTES);
    }
    this.maxBytes = maxBytes;
  }

  @Override
  public synchronized void add(Message message) {
    Slot slot = new Slot(nextId++, message);
    if (message.kind() == Message.Kind.HEALTH) {
      replaceWaitingHealth();
    }
    slots.put(slot.id, slot);
    bytes += slot.bytes;
    while (bytes > maxBytes) {
      drop();
    }
  }

  @Override
  public synchronized Optional<Entry> take() {
    for (Slot slot : slots.values()) {
      if (!slot.taken) {
        slot.taken = true;
        return Optional.of(new Entry(slot.id, slot.message));
      }
    }
    return Optional.empty();
  }

  @Override
  public synchronized void acknowledge(long id) {
    remove(id);
  }

  @Override
  public synchronized void releaseTaken() {
    slots.values().forEach(slot -> slot.taken = false);
  }

  @Override
  public synchronized int size() {
    return slots.size();
  }

  @Override
  public synchronized long bytes() {
    return bytes;
  }

  @Override
  public synchronized long dropped() {
    return dropped;
  }

  @Override
  public synchronized void close() {
    slots.clear();
    bytes = 0;
  }

  private void replaceWaitingHealth() {
    slots.values().stream()
        .filter(slot -> slot.message.kind() == Message.Kind.HEALTH && !slot.taken)
        .mapToLong(slot -> slot.id)
        .findFirst()
        .ifPresent(this::remove);
  }

  private void drop() {
    Slot victim =
        slots.values().stream()
            .min(
                Comparator.comparing(Slot::isSlideResult)
                    .thenComparing(slot -> slot.taken)
                    .thenComparing(slot -> slot.id))
            .orElseThrow();
    remove(victim.id);
    dropped++;
    if (Long.bitCount(dropped) == 1) {
      log.warn(
          "the outbox is full at {} bytes: {} messages dropped so far, now one for {}",
          maxBytes,
          dropped,
          victim.message.topic());
    }
  }

  private void remove(long id) {
    Slot slot = slots.remove(id);
    if (slot != null) {
      bytes -= slot.bytes;
    }
  }
}
