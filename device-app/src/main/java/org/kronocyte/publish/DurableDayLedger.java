package org.kronocyte.publish;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.store.Database;
import org.kronocyte.store.Transaction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The day's bytes in the device's database. The time the device was off counts as far as its clock
 * has gone on meanwhile, if it had been set; a clock that stood still only makes the day longer.
 */
public final class DurableDayLedger implements DayLedger {
  private static final Logger log = LoggerFactory.getLogger(DurableDayLedger.class);

  private final Database database;
  private final InstantSource wall;
  private boolean troubled;

  public DurableDayLedger(Database database, InstantSource wall) {
    this.database = database;
    this.wall = wall;
  }

  @Override
  public Page load() {
    try {
      return database.read(
          tx -> {
            Instant saved = Instant.ofEpochSecond(counter(tx, "day_clock_s"));
            Duration off = Duration.between(saved, wall.instant());
            boolean known = !saved.isBefore(DeviceClock.EARLIEST) && !off.isNegative();
            Duration into = Duration.ofSeconds(counter(tx, "day_into_s"));
            return new Page(counter(tx, "day_bytes"), known ? into.plus(off) : into);
          });
    } catch (ProblemException e) {
      log.error("the day's bytes can't be read, counting from zero: {}", e.getMessage());
      return NONE.load();
    }
  }

  private static long counter(Transaction tx, String name) throws ProblemException {
    return tx.first("SELECT value FROM counter WHERE name = ?", row -> row.integer("value"), name)
        .orElse(0L);
  }

  @Override
  public void save(Page page) {
    try {
      database.write(
          tx ->
              tx.update(
                  "INSERT OR REPLACE INTO counter VALUES"
                      + " ('day_bytes', ?), ('day_into_s', ?), ('day_clock_s', ?)",
                  page.spent(),
                  page.into().toSeconds(),
                  wall.instant().getEpochSecond()));
      troubled = false;
    } catch (ProblemException e) {
      if (!troubled) {
        troubled = true;
        log.error("the day's bytes can't be written down: {}", e.getMessage());
      }
    }
  }
}
