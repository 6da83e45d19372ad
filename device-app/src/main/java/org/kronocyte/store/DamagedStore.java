package org.kronocyte.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.kronocyte.problem.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a damaged database aside and a new one with what could be read into its place. Only the
 * owner of the folder does so. It can be cut off anywhere and is gone on with at the next start:
 *
 * <ol>
 *   <li>the database is moved into a folder {@code damaged-<utc>}, first itself, which decides,
 *       then its log; from here on the data folder has no database
 *   <li>what can be read is copied into {@code salvage.db} beside it; cut off, it is begun anew
 *   <li>{@code salvage.properties} says that the copy is whole
 *   <li>the copy is moved into the data folder
 * </ol>
 */
final class DamagedStore {
  private static final Logger LOG = LoggerFactory.getLogger(DamagedStore.class);
  private static final String COPY = "salvage.db";
  private static final List<String> COMPANIONS = List.of("-journal", "-wal", "-shm");
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** Opens the copy to write. */
  interface Opener {
    Connection open(Path file) throws SQLException;
  }

  private final Path folder;
  private final Opener copies;

  /**
   * @param folder of the data
   * @param copies how the new database is opened
   */
  DamagedStore(Path folder, Opener copies) {
    this.folder = folder;
    this.copies = copies;
  }

  /** Goes on with what an earlier run was cut off in; nothing if there is no such thing. */
  Optional<SalvageReport> goOn() throws ProblemException {
    try {
      if (Files.exists(folder.resolve(Database.FILE))) {
        return Optional.empty();
      }
      for (Path aside : SalvageReport.folders(folder)) {
        boolean whole = Files.exists(aside.resolve(SalvageReport.FILE));
        boolean placed = whole && !Files.exists(aside.resolve(COPY));
        if (!placed) {
          return Optional.of(replace(aside));
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw cannot(e);
    }
  }

  /**
   * Moves the database aside and salvages it.
   *
   * @param finding what is wrong with it, for the log
   * @throws ProblemException {@code store_damaged} if it can't be moved, {@code disk_full} if there
   *     is no room for the copy; then the next start goes on
   */
  SalvageReport replace(String finding, Instant now) throws ProblemException {
    try {
      Path aside = freeName(now);
      LOG.error("{}; it is moved to {}", finding, aside);
      Folders.create(aside);
      move(folder, aside, Database.FILE);
      return replace(aside);
    } catch (IOException e) {
      throw cannot(e);
    }
  }

  private SalvageReport replace(Path aside) throws IOException, ProblemException {
    for (String companion : COMPANIONS) {
      if (Files.exists(folder.resolve(Database.FILE + companion))) {
        move(folder, aside, Database.FILE + companion);
      }
    }
    Optional<SalvageReport> whole = SalvageReport.read(aside);
    SalvageReport report = whole.isPresent() ? whole.get() : salvage(aside);
    Files.move(aside.resolve(COPY), folder.resolve(Database.FILE), StandardCopyOption.ATOMIC_MOVE);
    Folders.sync(folder);
    Folders.sync(aside);
    LOG.error("{}", report.sentence());
    return report;
  }

  private SalvageReport salvage(Path aside) throws IOException, ProblemException {
    Path copy = aside.resolve(COPY);
    discard(copy);
    try {
      Folders.createFile(copy);
      SalvageReport report = Salvage.run(aside.resolve(Database.FILE), copy, copies);
      Folders.sync(copy);
      report.write(aside);
      return report;
    } catch (IOException | ProblemException | RuntimeException e) {
      discard(copy);
      throw e;
    }
  }

  private static void discard(Path copy) throws IOException {
    Files.deleteIfExists(copy);
    for (String companion : COMPANIONS) {
      Files.deleteIfExists(copy.resolveSibling(copy.getFileName() + companion));
    }
  }

  private static void move(Path from, Path to, String name) throws IOException {
    Files.move(from.resolve(name), to.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    Folders.sync(to);
    Folders.sync(from);
  }

  private Path freeName(Instant now) {
    String name = SalvageReport.PREFIX + STAMP.format(now);
    Path free = folder.resolve(name);
    for (int n = 2; Files.exists(free); n++) {
      free = folder.resolve(name + "-" + n);
    }
    return free;
  }

  /** Whether there is a log but nothing in the database it belongs to: SQLite would delete it. */
  static boolean lostItsPages(Path file) throws IOException {
    Path log = file.resolveSibling(file.getFileName() + "-wal");
    return Files.exists(file) && Files.size(file) == 0 && Files.exists(log) && Files.size(log) > 0;
  }

  private ProblemException cannot(IOException e) {
    return new ProblemException(
        "store_damaged",
        "the database in " + folder + " is damaged and can't be replaced (" + e + ")",
        "check that the folder may be written and the disk has room",
        e);
  }
}
