package org.kronocyte.publish;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The wall clock with what is known of its worth, beside a clock that only runs forward. A receiver
 * that knows the true time of one message of a boot can date all others of it by their uptime. Any
 * thread.
 */
public final class DeviceClock implements InstantSource {
  /** No message was made before: a wall clock that says so was never set. */
  public static final Instant EARLIEST = Instant.parse("2026-01-01T00:00:00Z");

  private final InstantSource wall;
  private final LongSupplier nanoTime;
  private final BooleanSupplier synchronised;
  private final long startedNanos;
  private final Instant startedWall;

  /**
   * @param nanoTime only runs forward, whatever happens to the wall clock
   * @param synchronised whether a time server has set the wall clock
   */
  public DeviceClock(InstantSource wall, LongSupplier nanoTime, BooleanSupplier synchronised) {
    this.wall = Objects.requireNonNull(wall, "wall");
    this.nanoTime = Objects.requireNonNull(nanoTime, "nanoTime");
    this.synchronised = Objects.requireNonNull(synchronised, "synchronised");
    this.startedNanos = nanoTime.getAsLong();
    this.startedWall = wall.instant();
  }

  /** A clock that nobody vouches for. */
  public static DeviceClock unverified(InstantSource wall) {
    return new DeviceClock(wall, System::nanoTime, () -> false);
  }

  @Override
  public Instant instant() {
    return wall.instant();
  }

  /** Since this clock was made, that is since the start of the program. */
  public Duration uptime() {
    return Duration.ofNanos(nanoTime.getAsLong() - startedNanos);
  }

  public ClockQuality quality() {
    if (instant().isBefore(EARLIEST)) {
      return ClockQuality.UNSET;
    }
    return synchronised.getAsBoolean() ? ClockQuality.SYNCHRONISED : ClockQuality.UNSYNCHRONISED;
  }

  /** How far the wall clock was put forward (or back, if negative) since the start. */
  public Duration shift() {
    return Duration.between(startedWall, instant()).minus(uptime());
  }
}
