package org.kronocyte.app;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.kronocyte.camera.Sleeper;
import org.kronocyte.health.StageLiveness;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.store.Database;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings an accepted field to the desk, and waits for room or a working disk as long as it takes:
 * it is never dropped. One thread.
 */
final class FieldKeeper {
  /** What became of a field. */
  enum Outcome {
    COUNTED,
    /** The slide was finished meanwhile. */
    NO_SLIDE,
    /** The daemon was stopped before the field could be stored. */
    STOPPED
  }

  private static final Logger LOG = LoggerFactory.getLogger(FieldKeeper.class);

  /** Between two tries, e.g. on a full disk. */
  private static final Duration AGAIN = Duration.ofSeconds(2);

  private final SlideDesk desk;
  private final DaemonListener listener;
  private final StageLiveness.Stage stage;
  private final BooleanSupplier stopping;
  private final Sleeper sleeper;

  /**
   * @param stage of the calling thread; idle while it waits
   */
  FieldKeeper(
      SlideDesk desk,
      DaemonListener listener,
      StageLiveness.Stage stage,
      BooleanSupplier stopping,
      Sleeper sleeper) {
    this.desk = desk;
    this.listener = listener;
    this.stage = stage;
    this.stopping = stopping;
    this.sleeper = sleeper;
  }

  /**
   * Tries at least once, also while stopping.
   *
   * @param slide key of the slide it was read for
   * @throws ProblemException {@link Database#DAMAGED}: waiting mends nothing, a new start does
   */
  Outcome keep(long slide, FieldReader.Reading field)
      throws InterruptedException, ProblemException {
    boolean troubled = false;
    do {
      try {
        boolean counted = desk.count(slide, field.result(), field.thumbnail(), field.pictures());
        if (troubled) {
          listener.recovered();
        }
        return counted ? Outcome.COUNTED : Outcome.NO_SLIDE;
      } catch (ProblemException e) {
        if (e.problem().code().equals(Database.DAMAGED)) {
          listener.problem(e.problem());
          throw e;
        }
        if (!troubled) {
          troubled = true;
          LOG.error("a field waits to be stored: {}", e.getMessage());
          listener.problem(e.problem());
        }
        stage.idle();
        sleeper.sleep(AGAIN);
      }
    } while (!stopping.getAsBoolean());
    LOG.error("stopped before a field could be stored; it was not counted");
    return Outcome.STOPPED;
  }
}
