package org.kronocyte.publish;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Bounds a rate: it fills steadily up to {@code burst}, and whoever finds anything in it may take
 * what he needs, leaving a debt that must fill first. So one packet may be larger than the burst,
 * and over any time {@code t} no more than {@code rate * t + burst + one packet} goes. Not
 * thread-safe.
 */
final class TokenBucket {
  private final double perNano;
  private final double burst;
  private final LongSupplier nanoTime;
  private double level;
  private long filledAt;

  /**
   * @param perSecond bytes a second
   * @param burst bytes that may go at once after a pause
   */
  TokenBucket(long perSecond, long burst, LongSupplier nanoTime) {
    if (perSecond <= 0 || burst <= 0) {
      throw new IllegalArgumentException(perSecond + " bytes/s with a burst of " + burst);
    }
    this.perNano = perSecond / 1e9;
    this.burst = burst;
    this.nanoTime = nanoTime;
    this.level = burst;
    this.filledAt = nanoTime.getAsLong();
  }

  /** How long until something may go; zero if now. */
  Duration pause() {
    fill();
    return level > 0 ? Duration.ZERO : Duration.ofNanos(1 + (long) (-level / perNano));
  }

  void spend(long bytes) {
    fill();
    level -= bytes;
  }

  private void fill() {
    long now = nanoTime.getAsLong();
    level = Math.min(burst, level + (now - filledAt) * perNano);
    filledAt = now;
  }
}
