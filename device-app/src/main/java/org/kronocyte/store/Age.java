package org.kronocyte.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.kronocyte.problem.ProblemException;

/**
 * Witnessed time: how long this database has existed, as far as its device noticed. It never goes
 * back, and a jump of the clock, or a time switched off, adds at most {@link #LONGEST_STEP}. What
 * is kept for so many days is measured by it, so that a wrong clock deletes nothing.
 *
 * <p>{@code clock_s} is the time of the clock up to which it is counted. A clock that is behind it,
 * e.g. of a board that starts with the same date each time, adds nothing until it is set.
 */
public final class Age {
  /** Of one step, however far the clock moved. */
  public static final Duration LONGEST_STEP = Duration.ofDays(7);

  private Age() {}

  /**
   * Goes on to now; to be called now and then, e.g. each hour.
   *
   * @param clock what the clock says; empty if it was never set
   * @param ran how long the program has run since the last call, by a clock that nobody can set
   */
  public static Duration advance(Transaction tx, Optional<Instant> clock, Duration ran)
      throws ProblemException {
    Optional<Long> told = clock.map(Instant::getEpochSecond);
    Optional<Long> counted = value(tx, "clock_s");
    long missed = told.isPresent() && counted.isPresent() ? told.get() - counted.get() : 0;
    long step = Math.max(ran.toSeconds(), Math.min(LONGEST_STEP.toSeconds(), missed));
    if (told.isPresent() || counted.isPresent()) {
      tx.update(
          "INSERT OR REPLACE INTO counter VALUES ('clock_s', ?)",
          Math.max(told.orElse(Long.MIN_VALUE), counted.map(c -> c + step).orElse(Long.MIN_VALUE)));
    }
    tx.update("UPDATE counter SET value = value + ? WHERE name = 'age_s'", step);
    return Duration.ofSeconds(value(tx, "age_s").orElseThrow());
  }

  private static Optional<Long> value(Transaction tx, String name) throws ProblemException {
    return tx.first("SELECT value FROM counter WHERE name = ?", r -> r.integer("value"), name);
  }
}
