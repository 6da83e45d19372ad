package org.kronocyte.publish;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Waiting times between attempts to connect: doubling from {@code first} to {@code longest}, each
 * spread by 25 % either way so that devices that lost one broker don't come back all at once. Not
 * thread-safe.
 */
public final class Backoff {
  private static final double SPREAD = 0.25;

  private final Duration first;
  private final Duration longest;
  private final RandomGenerator random;
  private Duration next;

  public Backoff(Duration first, Duration longest, RandomGenerator random) {
    if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
      throw new IllegalArgumentException("back-off from " + first + " to " + longest);
    }
    this.first = first;
    this.longest = longest;
    this.random = random;
    this.next = first;
  }

  /** One second to one minute. */
  public static Backoff standard(RandomGenerator random) {
    return new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60), random);
  }

  /** How long to wait before the next attempt. */
  public Duration next() {
    double factor = 1 - SPREAD + 2 * SPREAD * random.nextDouble();
    Duration wait = Duration.ofNanos((long) (next.toNanos() * factor));
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(longest) < 0 ? doubled : longest;
    return wait;
  }

  /** Start again from the first, after a connection that held. */
  public void reset() {
    next = first;
  }

  Duration longest() {
    return longest;
  }
}
