package org.kronocyte.publish;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * The messages that are not sent for now, so that one the broker won't have can't hold up the
 * others: those it refused, and those on which it dropped the connection again and again. They stay
 * in the outbox and are tried anew after a while; nothing is given up. Not thread-safe.
 */
final class SetAside {
  /** Losses with the same message oldest before it is sent alone. */
  static final int LOSSES_BEFORE_ALONE = 2;

  /** Losses with this message alone in flight before it is set aside. */
  static final int LOSSES_ALONE = 3;

  private static final Duration LONGEST_RETRY = Duration.ofHours(1);

  private final Duration firstRetry;
  private final LongSupplier nanoTime;
  private Duration retryAfter;
  private final Map<Long, Long> since = new HashMap<>();
  private OptionalLong suspect = OptionalLong.empty();
  private int losses;
  private int lossesAlone;

  /**
   * @param firstRetry when to try again for the first time; the wait doubles up to an hour while
   *     messages are refused
   */
  SetAside(Duration firstRetry, LongSupplier nanoTime) {
    this.firstRetry = firstRetry;
    this.nanoTime = nanoTime;
    this.retryAfter = firstRetry;
  }

  boolean holds(long id) {
    return since.containsKey(id);
  }

  /** The broker won't have it, the connection is fine. */
  void refused(long id) {
    since.put(id, nanoTime.getAsLong());
  }

  void acknowledged(long id) {
    since.remove(id);
    if (suspect.isPresent() && suspect.getAsLong() == id) {
      clearSuspicion();
    }
    if (since.isEmpty()) {
      retryAfter = firstRetry;
    }
  }

  /**
   * A connection broke off.
   *
   * @param oldest the message that should have been acknowledged next, if any was in flight
   * @param alone nothing else was in flight
   * @return whether it was set aside for that
   */
  boolean connectionLost(OptionalLong oldest, boolean alone) {
    if (oldest.isEmpty()) {
      return false;
    }
    if (!suspect.equals(oldest)) {
      clearSuspicion();
      suspect = oldest;
    }
    losses++;
    if (alone) {
      lossesAlone++;
    }
    if (lossesAlone < LOSSES_ALONE) {
      return false;
    }
    since.put(oldest.getAsLong(), nanoTime.getAsLong());
    clearSuspicion();
    return true;
  }

  /** One message at a time until it is clear which of them the broker stumbles over. */
  boolean oneAtATime() {
    return losses >= LOSSES_BEFORE_ALONE;
  }

  /** Some have waited long enough; forgets all, so that all are tried again. */
  boolean retryDue() {
    long now = nanoTime.getAsLong();
    boolean due = since.values().stream().anyMatch(at -> now - at >= retryAfter.toNanos());
    if (due) {
      since.clear();
      Duration doubled = retryAfter.multipliedBy(2);
      retryAfter = doubled.compareTo(LONGEST_RETRY) < 0 ? doubled : LONGEST_RETRY;
    }
    return due;
  }

  int size() {
    return since.size();
  }

  private void clearSuspicion() {
    suspect = OptionalLong.empty();
    losses = 0;
    lossesAlone = 0;
  }
}
