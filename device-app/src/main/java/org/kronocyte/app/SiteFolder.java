package org.kronocyte.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.kronocyte.model.SiteCalibration;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.store.SafeFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The site calibrations a device has learnt: numbered files in the folder {@code site} of its data
 * folder. The one in use is the newest of the model that isn't undone; undoing renames a file, so
 * that the one before is in use again. Numbers decide what is newest, never a clock. Thread-safe
 * within a process; a command may work on it while no daemon does.
 */
public final class SiteFolder {
  private static final Logger LOG = LoggerFactory.getLogger(SiteFolder.class);
  private static final Pattern NAME = Pattern.compile("([0-9]{6})(\\.undone)?\\.json");

  /** Files beyond these go, oldest first. */
  private static final int KEPT = 6;

  private final Path folder;
  private final SiteNotes notes;

  /**
   * @param dataFolder the daemon's
   */
  public SiteFolder(Path dataFolder) {
    this.folder = dataFolder.resolve("site");
    this.notes = new SiteNotes(folder);
  }

  /**
   * One calibration.
   *
   * @param number higher is newer
   * @param undone by a person; not used until the device may learn again
   */
  public record Entry(int number, boolean undone, SiteCalibration site, Path file) {}

  Path path() {
    return folder;
  }

  /** What the device notes beside them. */
  public SiteNotes notes() {
    return notes;
  }

  /** All that can be read, newest first; a damaged file is logged and passed over. */
  public synchronized List<Entry> entries() throws ProblemException {
    List<Entry> out = new ArrayList<>();
    for (Path file : files()) {
      Matcher name = NAME.matcher(file.getFileName().toString());
      if (name.matches()) {
        try {
          SiteCalibration site = SiteCalibration.read(file);
          out.add(new Entry(Integer.parseInt(name.group(1)), name.group(2) != null, site, file));
        } catch (ProblemException e) {
          LOG.warn("passed over: {}", e.getMessage());
        }
      }
    }
    out.sort(Comparator.comparingInt(Entry::number).reversed());
    return out;
  }

  /** What is in use with a model, by the digest of its weights. */
  public Optional<Entry> current(String weightsSha256) throws ProblemException {
    return of(weightsSha256).filter(entry -> !entry.undone()).findFirst();
  }

  /** Whether a person undid the newest of a model: the device doesn't learn by itself then. */
  public boolean held(String weightsSha256) throws ProblemException {
    return of(weightsSha256).findFirst().filter(Entry::undone).isPresent();
  }

  private Stream<Entry> of(String weightsSha256) throws ProblemException {
    return entries().stream().filter(e -> e.site().weightsSha256().equals(weightsSha256));
  }

  /** A calibration by the name results give it, undone or not. */
  public Optional<SiteCalibration> find(String id) throws ProblemException {
    return entries().stream().map(Entry::site).filter(s -> s.id().equals(id)).findFirst();
  }

  /** Takes a new calibration into use; older ones are kept for {@link #undo}. */
  public synchronized void add(SiteCalibration site) throws ProblemException {
    List<Entry> before = entries();
    int number = files().stream().mapToInt(SiteFolder::number).max().orElse(0) + 1;
    notes.makeFolder();
    AtomicFile.write(
        folder.resolve(String.format(Locale.ROOT, "%06d.json", number)), site.toJson());
    notes.learnt();
    for (Entry old : before.subList(Math.min(before.size(), KEPT - 1), before.size())) {
      remove(old.file());
    }
  }

  private static int number(Path file) {
    Matcher name = NAME.matcher(file.getFileName().toString());
    return name.matches() ? Integer.parseInt(name.group(1)) : 0;
  }

  /**
   * Takes the calibration in use out of it; what was used before is used again.
   *
   * @return the one undone
   * @throws ProblemException {@code no_site_calibration} if none is in use
   */
  public synchronized SiteCalibration undo(Optional<String> weightsSha256) throws ProblemException {
    Entry entry =
        entries().stream()
            .filter(e -> weightsSha256.map(e.site().weightsSha256()::equals).orElse(true))
            .filter(e -> !e.undone())
            .findFirst()
            .orElseThrow(
                () ->
                    new ProblemException(
                        "no_site_calibration",
                        "no site calibration learnt by the device is in use",
                        "see 'kronocyte site list'"));
    move(
        entry.file(),
        folder.resolve(String.format(Locale.ROOT, "%06d.undone.json", entry.number())));
    return entry.site();
  }

  /** Forgets what was undone, so that the device may learn again; how many there were. */
  public synchronized int again() throws ProblemException {
    int gone = 0;
    for (Entry entry : entries()) {
      if (entry.undone()) {
        remove(entry.file());
        gone++;
      }
    }
    return gone;
  }

  private List<Path> files() throws ProblemException {
    // Not !isDirectory: that is also so in a data folder this user may not enter.
    if (Files.notExists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    } catch (IOException e) {
      throw notes.unusable(e);
    }
  }

  private void move(Path from, Path to) throws ProblemException {
    try {
      Files.move(from, to);
      SafeFiles.sync(folder);
    } catch (IOException e) {
      throw notes.unusable(e);
    }
  }

  private void remove(Path file) throws ProblemException {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw notes.unusable(e);
    }
  }
}
