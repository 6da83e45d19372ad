package org.kronocyte.publish;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What was sent on one connection and isn't settled, in the order it was sent. Acknowledgements
 * open the window, and their absence tells a dead link. Not thread-safe.
 */
final class Flights {
  /** Packets sent and not acknowledged at any one time, if the broker takes as many. */
  static final int WINDOW = 16;

  /** Their size, so that a slow link isn't filled up for minutes; one packet may always go. */
  static final long WINDOW_BYTES = 512 * 1024;

  /**
   * @param entry its place in the outbox, of what is from there
   * @param dashboard its topic, of what is for a dashboard
   */
  private record Flight(OptionalLong entry, Optional<String> dashboard, long bytes) {}

  private final Map<Long, Flight> flights = new TreeMap<>();
  private int window = WINDOW;
  private long next;
  private long bytes;
  private long lastProgress = System.nanoTime();

  /** The other end takes fewer; one may always go. */
  void limit(int most) {
    window = Math.max(1, Math.min(WINDOW, most));
  }

  /** Something is about to be sent. */
  long begin(OptionalLong entry, Optional<String> dashboard, long size) {
    if (flights.isEmpty()) {
      lastProgress = System.nanoTime();
    }
    flights.put(++next, new Flight(entry, dashboard, size));
    bytes += size;
    return next;
  }

  /** Acknowledged or refused: the other end lives. */
  void settle(long number) {
    Flight settled = flights.remove(number);
    if (settled != null) {
      bytes -= settled.bytes();
    }
    lastProgress = System.nanoTime();
  }

  int size() {
    return flights.size();
  }

  boolean windowFull(boolean oneAtATime) {
    int most = oneAtATime ? 1 : window;
    return flights.size() >= most || (bytes >= WINDOW_BYTES && !flights.isEmpty());
  }

  /** No answer for so long, nor anything sent that could have had one. */
  boolean silentFor(Duration time) {
    return System.nanoTime() - lastProgress > time.toNanos();
  }

  /** The topic of what should be settled next, if that is for a dashboard. */
  Optional<String> oldestDashboard() {
    return flights.values().stream().findFirst().flatMap(Flight::dashboard);
  }

  /** Whether there is just one, but for those for dashboards. */
  boolean alone() {
    return flights.values().stream().filter(f -> f.dashboard().isEmpty()).count() == 1;
  }

  /** The message of the outbox that should be settled next. */
  OptionalLong oldestEntry() {
    return flights.values().stream()
        .map(Flight::entry)
        .filter(OptionalLong::isPresent)
        .findFirst()
        .orElse(OptionalLong.empty());
  }
}
