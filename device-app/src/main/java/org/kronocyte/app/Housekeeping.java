package org.kronocyte.app;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.DeviceAddress;
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

  /**
   * @param outbox empty where nothing is delivered
   */
  Housekeeping(
      Database database,
      Duration keep,
      DeviceAddress address,
      Optional<DurableOutbox> outbox,
      InstantSource clock) {
    this.database = database;
    this.keep = keep;
    this.address = address;
    this.outbox = outbox;
    this.clock = clock;
  }

  @Override
  public void run() {
    int deleted = 0;
    try {
      // Each on its own: all at once would need as much room in the log as they take, which a full
      // disk doesn't have, and keep everybody else from the database meanwhile.
      for (SlideRecord slide : database.write(this::expired)) {
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

  private List<SlideRecord> expired(Transaction tx) throws ProblemException {
    Age.advance(tx, clock.instant());
    return SlideStore.finishedSince(tx, keep.toSeconds());
  }

  private boolean delete(Transaction tx, SlideRecord slide) throws ProblemException {
    if (outbox.isPresent() && outbox.get().waits(tx, address.slide(slide.plan().slide()))) {
      return false;
    }
    SlideStore.delete(tx, slide.key());
    return true;
  }
}
