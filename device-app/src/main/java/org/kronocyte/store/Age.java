package org.kronocyte.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.kronocyte.problem.ProblemException;

/**
 * Witnessed time: how long this database has existed, as far as its device noticed. It never goes
 * back, and a jump of the clock, or a time switched off, adds at most {@link #LONGEST_STEP}. What
 * is kept for so many days is measured by it, so that a wrong clock deletes nothing.
 */
public final class Age {
  /** Of one step, however far the clock moved. */
  public static final Duration LONGEST_STEP = Duration.ofDays(7);

  private Age() {}

  /** Goes on to what the clock says now; to be called now and then, e.g. each hour. */
  public static Duration advance(Transaction tx, Instant now) throws ProblemException {
    Optional<Long> last = value(tx, "clock_s");
    long step =
        last.isEmpty()
            ? 0
            : Math.min(LONGEST_STEP.toSeconds(), Math.max(0, now.getEpochSecond() - last.get()));
    tx.update("INSERT OR REPLACE INTO counter VALUES ('clock_s', ?)", now.getEpochSecond());
    tx.update("UPDATE counter SET value = value + ? WHERE name = 'age_s'", step);
    return Duration.ofSeconds(value(tx, "age_s").orElseThrow());
  }

  private static Optional<Long> value(Transaction tx, String name) throws ProblemException {
    return tx.first("SELECT value FROM counter WHERE name = ?", r -> r.integer("value"), name);
  }
}
