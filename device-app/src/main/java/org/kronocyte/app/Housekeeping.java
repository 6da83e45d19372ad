package org.kronocyte.app;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.DeviceAddress;
import org.kronocyte.publish.DeviceClock;
import org.kronocyte.publish.DurableOutbox;
import org.kronocyte.slide.SlideRecord;
import org.kronocyte.slide.SlideStore;
import org.kronocyte.store.Age;
import org.kronocyte.store.Database;
import org.kronocyte.store.Transaction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes slides that were kept long enough, never one whose result waits for delivery. Time is
 * witnessed time ({@link Age}): a clock that jumps deletes nothing.
 */
final class Housekeeping implements Runnable {
  static final Duration INTERVAL = Duration.ofHours(1);

  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

  private final Database database;
  private final Duration keep;
  private final DeviceAddress address;
  private final Optional<DurableOutbox> outbox;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private long lastLook;

  /**
   * @param outbox empty where nothing is delivered
   */
  Housekeeping(
      Database database,
      Duration keep,
      DeviceAddress address,
      Optional<DurableOutbox> outbox,
      InstantSource clock) {
    this(database, keep, address, outbox, clock, System::nanoTime);
  }

  /**
   * @param outbox empty where nothing is delivered
   * @param nanoTime a clock that nobody can set
   */
  Housekeeping(
      Database database,
      Duration keep,
      DeviceAddress address,
      Optional<DurableOutbox> outbox,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.database = database;
    this.keep = keep;
    this.address = address;
    this.outbox = outbox;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.lastLook = nanoTime.getAsLong();
  }

  @Override
  public void run() {
    int deleted = 0;
    try {
      // Each on its own: all at once would need as much room in the log as they take, which a full
      // disk doesn't have, and keep everybody else from the database meanwhile.
      for (SlideRecord slide : expired()) {
        if (Thread.currentThread().isInterrupted()) {
          break;
        }
        if (database.write(tx -> delete(tx, slide))) {
          deleted++;
          database.compact();
        }
      }
    } catch (ProblemException e) {
      LOG.warn("old slides can't be deleted, trying again later: {}", e.getMessage());
    }
    if (deleted > 0) {
      LOG.info("{} slides were kept for {} days and are deleted now", deleted, keep.toDays());
    }
  }

  private List<SlideRecord> expired() throws ProblemException {
    long look = nanoTime.getAsLong();
    Duration ran = Duration.ofNanos(look - lastLook);
    Optional<Instant> set =
        Optional.of(clock.instant()).filter(now -> !now.isBefore(DeviceClock.EARLIEST));
    List<SlideRecord> expired =
        database.write(
            tx -> {
              Age.advance(tx, set, ran);
              return SlideStore.finishedSince(tx, keep.toSeconds());
            });
    lastLook = look;
    return expired;
  }

  private boolean delete(Transaction tx, SlideRecord slide) throws ProblemException {
    if (outbox.isPresent() && outbox.get().waits(tx, address.slide(slide.plan().slide()))) {
      return false;
    }
    SlideStore.delete(tx, slide.key());
    return true;
  }
}
