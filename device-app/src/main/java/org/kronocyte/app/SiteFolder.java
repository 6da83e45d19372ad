package org.kronocyte.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import org.kronocyte.problem.Problem;
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
  private static final String REFUSED = "refused.json";
  private static final String RECENT = "recent.json";

  /** Files beyond these go, oldest first. */
  private static final int KEPT = 6;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;

  /**
   * @param dataFolder the daemon's
   */
  public SiteFolder(Path dataFolder) {
    this.folder = dataFolder.resolve("site");
  }

  /**
   * One calibration.
   *
   * @param number higher is newer
   * @param undone by a person; not used until the device may learn again
   */
  public record Entry(int number, boolean undone, SiteCalibration site, Path file) {}

  /** Why the last attempt to learn failed. */
  public record Refusal(String at, int cells, Problem problem) {}

  Path path() {
    return folder;
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
    make();
    AtomicFile.write(
        folder.resolve(String.format(Locale.ROOT, "%06d.json", number)), site.toJson());
    remove(folder.resolve(REFUSED));
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

  /** Notes why learning failed, for {@code doctor} and after a restart. */
  synchronized void refused(Refusal refusal) throws ProblemException {
    ObjectNode json = JSON.createObjectNode();
    json.put("at", refusal.at());
    json.put("cells", refusal.cells());
    json.put("code", refusal.problem().code());
    json.put("message", refusal.problem().message());
    json.put("remedy", refusal.problem().remedy());
    write(REFUSED, json);
  }

  /** The last attempt's failure; empty after a success. */
  public synchronized Optional<Refusal> refusal() {
    return read(REFUSED)
        .map(
            json ->
                new Refusal(
                    json.path("at").asText(),
                    json.path("cells").asInt(),
                    new Problem(
                        json.path("code").asText(),
                        json.path("message").asText(),
                        json.path("remedy").asText())));
  }

  /** Notes what recent cells look like, see {@link RecentStain}. */
  synchronized void recent(RecentStain stain) throws ProblemException {
    ObjectNode json = JSON.createObjectNode();
    json.put("cells", stain.cells());
    json.putPOJO("stain", stain.means());
    write(RECENT, json);
  }

  /** What recent cells looked like when it was last noted. */
  public synchronized RecentStain recent() {
    RecentStain stain = new RecentStain();
    read(RECENT)
        .filter(json -> json.path("stain").size() == 3)
        .ifPresent(
            json ->
                stain.add(
                    new double[] {
                      json.at("/stain/0").asDouble(),
                      json.at("/stain/1").asDouble(),
                      json.at("/stain/2").asDouble()
                    },
                    Math.max(0, json.path("cells").asInt())));
    return stain;
  }

  private Optional<JsonNode> read(String name) {
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readTree(file.toFile()));
    } catch (IOException e) {
      LOG.warn("{} can't be read: {}", file, e.toString());
      return Optional.empty();
    }
  }

  private void write(String name, ObjectNode json) throws ProblemException {
    make();
    try {
      AtomicFile.write(folder.resolve(name), JSON.writeValueAsBytes(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("plain data", e);
    }
  }

  private List<Path> files() throws ProblemException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private void make() throws ProblemException {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private void move(Path from, Path to) throws ProblemException {
    try {
      Files.move(from, to);
      SafeFiles.sync(folder);
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private void remove(Path file) throws ProblemException {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private ProblemException unusable(IOException e) {
    return new ProblemException(
        "site_folder_unusable",
        "the folder " + folder + " can't be used (" + e + ")",
        "check its permissions and the free space",
        e);
  }
}
