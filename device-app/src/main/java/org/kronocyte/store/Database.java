package org.kronocyte.store;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.kronocyte.problem.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database of a data folder. Safe for any number of threads: one transaction at a time, others
 * wait. Transactions don't nest.
 *
 * <p>A write that returned is on the disk: the log is written ahead and synced with each commit. It
 * may cost a few ten milliseconds on an SD card.
 */
public final class Database implements AutoCloseable {
  /**
   * The database's file in the data folder; SQLite keeps {@code -wal} and {@code -shm} beside it.
   */
  public static final String FILE = "kronocyte.db";

  /** The code of the problem that a new start mends, see {@link #ownOrSalvage}. */
  public static final String DAMAGED = StoreProblems.DAMAGED;

  private static final Logger LOG = LoggerFactory.getLogger(Database.class);

  /** Freed at once, so that the log stays short and others get their turn; a mebibyte. */
  private static final int PAGES_AT_ONCE = 256;

  private final Path folder;
  private final Connection connection;
  private final Optional<FolderLock> lock;

  /** Fair: whoever compacts for long lets the others in between. */
  private final ReentrantLock turn = new ReentrantLock(true);

  private boolean closed;

  Database(Path folder, Connection connection, Optional<FolderLock> lock) {
    this.folder = folder;
    this.connection = connection;
    this.lock = lock;
  }

  /**
   * How the database is kept.
   *
   * @param secureDelete overwrite what is deleted
   * @param busyTimeout how long to wait for a guest's write, or as a guest for the owner's
   */
  public record Settings(boolean secureDelete, Duration busyTimeout) {
    public static final Settings STANDARD = new Settings(true, Duration.ofSeconds(5));
  }

  /**
   * Opens the database as its only owner; makes folder and database where there are none.
   *
   * @throws ProblemException {@code data_folder_in_use}, {@code store_damaged}, {@code
   *     store_newer}, {@code disk_full}, {@code store_unavailable} …
   */
  public static Database own(Path folder, Settings settings) throws ProblemException {
    return Opening.own(folder, settings, Optional.empty());
  }

  /**
   * The same, but a damaged database is moved aside, what can be read of it is copied into a new
   * one, and the owner goes on with that.
   *
   * @param clock names the folder it is moved to
   * @throws ProblemException as above; {@code store_damaged} only if it can't be moved aside
   */
  public static Database ownOrSalvage(Path folder, Settings settings, InstantSource clock)
      throws ProblemException {
    return Opening.own(folder, settings, Optional.of(clock));
  }

  /**
   * Opens an existing database beside its owner, or while there is none.
   *
   * @throws ProblemException {@code store_missing} if there is no database
   */
  public static Database visit(Path folder, Settings settings) throws ProblemException {
    return Opening.visit(folder, settings);
  }

  /** Whether a daemon works on the folder. */
  public static boolean isOwned(Path folder) throws ProblemException {
    return FolderLock.isTaken(folder);
  }

  public Path folder() {
    return folder;
  }

  /** All of the work is done and on the disk when this returns, or none of it. */
  public <T> T write(Work<T> work) throws ProblemException {
    return transaction("BEGIN IMMEDIATE", work);
  }

  /** Reads from one unchanging state of the database. */
  public <T> T read(Work<T> work) throws ProblemException {
    return transaction("BEGIN", work);
  }

  private <T> T transaction(String begin, Work<T> work) throws ProblemException {
    if (turn.isHeldByCurrentThread()) {
      throw new IllegalStateException("transactions don't nest");
    }
    turn.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the database is closed");
      }
      execute(begin);
      boolean done = false;
      try {
        T result = work.in(new Transaction(connection));
        execute("COMMIT");
        done = true;
        return result;
      } catch (ProblemException e) {
        if (e.problem().code().equals(StoreProblems.DAMAGED)) {
          Suspicion.note(folder);
        }
        throw e;
      } finally {
        if (!done) {
          rollback();
        }
      }
    } finally {
      turn.unlock();
    }
  }

  /**
   * Frees the room of what was deleted, and with secure deletion the last copies of it in the log.
   */
  public void compact() throws ProblemException {
    // First what was deleted: it goes where it was, which needs no room.
    long left = carryOver();
    long before = Long.MAX_VALUE;
    while (left > 0 && left < before) {
      before = left;
      turn.lock();
      try {
        execute("PRAGMA incremental_vacuum(" + PAGES_AT_ONCE + ")");
        left = carryOver();
      } finally {
        turn.unlock();
      }
    }
  }

  /** Writes the log into the database and empties it; how many pages are free now. */
  private long carryOver() throws ProblemException {
    turn.lock();
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("PRAGMA wal_checkpoint(TRUNCATE)");
      try (ResultSet rows = statement.executeQuery("PRAGMA freelist_count")) {
        return rows.getLong(1);
      }
    } catch (SQLException e) {
      throw StoreProblems.of(e, "compacting");
    } finally {
      turn.unlock();
    }
  }

  private void execute(String sql) throws ProblemException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    } catch (SQLException e) {
      throw StoreProblems.of(e, sql);
    }
  }

  /** SQLite may have rolled back itself, e.g. on a full disk; then there is nothing to do. */
  private void rollback() {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("ROLLBACK");
    } catch (SQLException e) {
      LOG.debug("already rolled back: {}", e.toString());
    }
  }

  @Override
  public void close() {
    turn.lock();
    try {
      if (!closed) {
        closed = true;
        connection.close();
      }
      if (lock.isPresent()) {
        lock.get().close();
      }
    } catch (SQLException | IOException e) {
      LOG.warn("the database in {} was not closed cleanly: {}", folder, e.toString());
    } finally {
      turn.unlock();
    }
  }
}
