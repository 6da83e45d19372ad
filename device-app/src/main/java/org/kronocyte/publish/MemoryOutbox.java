package org.kronocyte.publish;

import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An outbox in memory; lost when the process ends. */
public final class MemoryOutbox implements Outbox {
  /** Room for about a day of slides with no connection. */
  public static final long STANDARD_BYTES = 16L * 1024 * 1024;

  private static final Logger log = LoggerFactory.getLogger(MemoryOutbox.class);

  private static final class Slot {
    final long id;
    final Message message;
    final int bytes;
    boolean taken;
    boolean setAside;

    Slot(long id, Message message) {
      this.id = id;
      this.message = message;
      this.bytes = message.bytes();
    }

    Message.Kind kind() {
      return message.kind();
    }
  }

  private final long maxBytes;
  private final DrainOrder order;
  private final NavigableMap<Long, Slot> slots = new TreeMap<>();
  private long nextId = 1;
  private long bytes;
  private long dropped;

  public MemoryOutbox(long maxBytes) {
    this(maxBytes, DrainOrder.OLDEST_FIRST);
  }

  /**
   * @param maxBytes of payloads, at least {@link Messages#MAX_BYTES}; slide results may exceed it
   */
  public MemoryOutbox(long maxBytes, DrainOrder order) {
    this.order = order;
    if (maxBytes < Messages.MAX_BYTES) {
      throw new IllegalArgumentException(
          "an outbox of " + maxBytes + " bytes can't hold a message of " + Messages.MAX_BYTES);
    }
    this.maxBytes = maxBytes;
  }

  @Override
  public synchronized boolean add(Message message) {
    Slot slot = new Slot(nextId++, message);
    if (message.replacesOlder()) {
      replaceWaiting(message);
    }
    slots.put(slot.id, slot);
    bytes += slot.bytes;
    while (bytes > maxBytes && drop()) {
      // One more had to go.
    }
    return true;
  }

  @Override
  public synchronized Optional<Entry> take(Message.Kind least) {
    Optional<Slot> first =
        slots.values().stream()
            .filter(slot -> !slot.taken && slot.kind().compareTo(least) >= 0)
            .min(Comparator.comparing(Slot::kind).reversed().thenComparing(slot -> slot.id));
    if (order == DrainOrder.NEWEST_FIRST) {
      first = first.map(this::firstOfNewestSlide);
    }
    first.ifPresent(slot -> slot.taken = true);
    return first.map(slot -> new Entry(slot.id, slot.message));
  }

  private Slot firstOfNewestSlide(Slot oldest) {
    List<Slot> same =
        slots.values().stream().filter(s -> !s.taken && s.kind() == oldest.kind()).toList();
    String newest = same.get(same.size() - 1).message.family();
    return same.stream().filter(s -> s.message.family().equals(newest)).findFirst().orElseThrow();
  }

  @Override
  public synchronized boolean anyWaits(Predicate<Message> wanted) {
    return slots.values().stream()
        .filter(slot -> slot.kind().compareTo(Message.Kind.ALERT) >= 0)
        .anyMatch(slot -> wanted.test(slot.message));
  }

  @Override
  public synchronized void acknowledge(long id) {
    remove(id);
  }

  @Override
  public synchronized void setAside(Entry entry) {
    Slot slot = slots.get(entry.id());
    if (slot != null) {
      slot.setAside = true;
      if (slots.tailMap(entry.id(), false).values().stream()
          .anyMatch(newer -> newer.message.replaces(slot.message))) {
        remove(entry.id());
      }
    }
  }

  @Override
  public synchronized void releaseTaken() {
    slots
        .values()
        .forEach(
            slot -> {
              slot.taken = false;
              slot.setAside = false;
            });
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

  private void replaceWaiting(Message newer) {
    slots
        .values()
        .removeIf(
            slot -> {
              boolean replaced = (!slot.taken || slot.setAside) && newer.replaces(slot.message);
              bytes -= replaced ? slot.bytes : 0;
              return replaced;
            });
  }

  /** Whether anything could go. */
  private boolean drop() {
    Optional<Slot> victim =
        slots.values().stream()
            .filter(slot -> slot.kind() != Message.Kind.SLIDE)
            .min(
                Comparator.comparing(Slot::kind)
                    .thenComparing(slot -> slot.taken)
                    .thenComparing(slot -> slot.id));
    if (victim.isEmpty()) {
      return false;
    }
    remove(victim.get().id);
    dropped++;
    if (Long.bitCount(dropped) == 1) {
      log.warn(
          "the outbox is full at {} bytes: {} messages dropped so far, now one for {}",
          maxBytes,
          dropped,
          victim.get().message.topic());
    }
    return true;
  }

  private void remove(long id) {
    Slot slot = slots.remove(id);
    if (slot != null) {
      bytes -= slot.bytes;
    }
  }
}
