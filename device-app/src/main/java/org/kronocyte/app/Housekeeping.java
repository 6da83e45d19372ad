package org.kronocyte.app;

import java.time.Duration;
import java.time.InstantSource;
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
    try {
      int deleted = database.write(this::deleteOld);
      if (deleted > 0) {
        database.compact();
        LOG.info("{} slides were kept for {} days and are deleted now", deleted, keep.toDays());
      }
    } catch (ProblemException e) {
      LOG.warn("old slides can't be deleted, trying again later: {}", e.getMessage());
    }
  }

  private int deleteOld(Transaction tx) throws ProblemException {
    Age.advance(tx, clock.instant());
    int deleted = 0;
    for (SlideRecord slide : SlideStore.finishedSince(tx, keep.toSeconds())) {
      if (outbox.isEmpty() || !outbox.get().waits(tx, address.slide(slide.plan().slide()))) {
        SlideStore.delete(tx, slide.key());
        deleted++;
      }
    }
    return deleted;
  }
}
