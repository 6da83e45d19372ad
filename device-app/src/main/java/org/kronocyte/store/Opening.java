package org.kronocyte.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Optional;
import org.kronocyte.problem.ProblemException;

/** How a {@link Database} is opened: by its one owner, or beside it. */
final class Opening {
  private Opening() {}

  /** With a clock a damaged database is replaced, see {@link Database#ownOrSalvage}. */
  static Database own(Path folder, Database.Settings settings, Optional<InstantSource> clock)
      throws ProblemException {
    try {
      Folders.create(folder);
    } catch (IOException e) {
      throw unavailable(folder, e);
    }
    FolderLock lock = FolderLock.take(folder, ProcessHandle.current().pid());
    try {
      if (clock.isEmpty()) {
        return open(folder, settings, lock);
      }
      DamagedStore damaged = new DamagedStore(folder, file -> Connections.open(file, settings));
      damaged.goOn();
      try {
        return open(folder, settings, lock);
      } catch (ProblemException e) {
        if (!e.problem().code().equals(StoreProblems.DAMAGED)) {
          throw e;
        }
        damaged.replace(e.problem().message(), clock.get().instant());
        return open(folder, settings, lock);
      }
    } catch (ProblemException e) {
      throw closing(lock, e);
    }
  }

  private static Database open(Path folder, Database.Settings settings, FolderLock lock)
      throws ProblemException {
    Path file = folder.resolve(Database.FILE);
    try {
      if (DamagedStore.lostItsPages(file)) {
        throw StoreProblems.damaged("it is empty, but its log isn't", null);
      }
      Folders.createFile(file);
      // Before anything is changed.
      Connections.checkIntegrity(file, settings, Suspicion.isNoted(folder));
      Connection connection = Connections.open(file, settings);
      try {
        Migrations.run(connection);
        Suspicion.clear(folder);
        Folders.sync(folder);
        return new Database(folder, connection, Optional.of(lock));
      } catch (SQLException | IOException | ProblemException | RuntimeException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw StoreProblems.of(e, "opening " + folder);
    } catch (IOException e) {
      throw unavailable(folder, e);
    }
  }

  static Database visit(Path folder, Database.Settings settings) throws ProblemException {
    Path file = folder.resolve(Database.FILE);
    if (!Files.exists(file) && !Files.notExists(file)) {
      throw FolderLock.closedTo(file, new AccessDeniedException(folder.toString()));
    }
    if (!Files.isRegularFile(file)) {
      throw new ProblemException(
          "store_missing",
          folder + " holds no results (there is no " + Database.FILE + " in it)",
          "name the daemon's data folder with --data DIR, or its configuration with --config FILE");
    }
    try {
      Connection connection = Connections.open(file, settings);
      try {
        Migrations.check(connection);
        if (Migrations.pragma(connection, "user_version") < Migrations.NEWEST) {
          throw new ProblemException(
              "store_older",
              "the database in " + folder + " has an older shape than this program's",
              "start the daemon of this version once; it brings the database up to date");
        }
        return new Database(folder, connection, Optional.empty());
      } catch (SQLException | ProblemException | RuntimeException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw StoreProblems.of(e, "opening " + file);
    }
  }

  private static ProblemException closing(FolderLock lock, ProblemException problem) {
    try {
      lock.close();
    } catch (IOException e) {
      problem.addSuppressed(e);
    }
    return problem;
  }

  private static ProblemException unavailable(Path folder, IOException e) {
    return new ProblemException(
        "store_unavailable",
        "the data folder " + folder + " can't be used (" + e + ")",
        "make it a folder that the user who runs this may write to, on a disk with room",
        e);
  }
}
