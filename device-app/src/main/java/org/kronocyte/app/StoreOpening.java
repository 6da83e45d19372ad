package org.kronocyte.app;

import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import org.kronocyte.camera.Sleeper;
import org.kronocyte.problem.Problem;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.store.Database;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the data folder at the start, and waits for what may pass by itself: a full disk, a
 * read-only file system, a predecessor that is still ending. Only then is it a failure.
 */
public final class StoreOpening {
  /** Another daemon that is ending takes no longer; see {@code TimeoutStopSec} of the service. */
  static final Duration PREDECESSOR_ENDS_WITHIN = Duration.ofSeconds(30);

  /** After that the service manager starts the process anew; see {@code StartLimitBurst}. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  static final Duration AGAIN = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(StoreOpening.class);
  private static final String IN_USE = "data_folder_in_use";
  private static final Set<String> PASSING =
      Set.of(
          "disk_full",
          "store_read_only",
          "store_unavailable",
          "store_io_error",
          "store_busy",
          Database.DAMAGED);

  private final Sleeper sleeper;
  private final Consumer<Problem> trouble;

  /** One attempt. */
  interface Attempt {
    Database open() throws ProblemException;
  }

  /**
   * @param trouble shows what is waited for; not told of another daemon, whose lamp it is
   */
  StoreOpening(Sleeper sleeper, Consumer<Problem> trouble) {
    this.sleeper = sleeper;
    this.trouble = trouble;
  }

  /** Whether a later start may find it mended, so that the service manager should try. */
  public static boolean mayPass(Problem problem) {
    return PASSING.contains(problem.code());
  }

  /**
   * Tries until it works.
   *
   * @throws ProblemException what doesn't pass, or didn't for a while
   */
  Database open(Attempt attempt) throws ProblemException, InterruptedException {
    Duration waited = Duration.ZERO;
    while (true) {
      try {
        Database database = attempt.open();
        if (!waited.isZero()) {
          LOG.info("the data folder can be used now, after {} s", waited.toSeconds());
        }
        return database;
      } catch (ProblemException e) {
        boolean inUse = e.problem().code().equals(IN_USE);
        Duration limit = inUse ? PREDECESSOR_ENDS_WITHIN : PATIENCE;
        boolean waits = (inUse || mayPass(e.problem())) && waited.compareTo(limit) < 0;
        if (!waits) {
          throw e;
        }
        if (waited.isZero()) {
          LOG.error(
              "waiting up to {} s for the data folder: {}", limit.toSeconds(), e.getMessage());
        }
        if (!inUse) {
          trouble.accept(e.problem());
        }
      }
      sleeper.sleep(AGAIN);
      waited = waited.plus(AGAIN);
    }
  }
}
