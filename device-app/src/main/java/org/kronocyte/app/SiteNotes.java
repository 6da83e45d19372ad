package org.kronocyte.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.kronocyte.problem.Problem;
import org.kronocyte.problem.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a device notes beside its site calibrations: why the last attempt to learn one failed, and
 * what recent cells look like. A note that can't be read is none. Thread-safe within a process.
 */
public final class SiteNotes {
  private static final Logger LOG = LoggerFactory.getLogger(SiteNotes.class);
  private static final String REFUSED = "refused.json";
  private static final String RECENT = "recent.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;

  SiteNotes(Path folder) {
    this.folder = folder;
  }

  /** Why the last attempt to learn failed. */
  public record Refusal(String at, int cells, Problem problem) {}

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

  /** The last attempt succeeded. */
  synchronized void learnt() throws ProblemException {
    try {
      Files.deleteIfExists(folder.resolve(REFUSED));
    } catch (IOException e) {
      throw unusable(e);
    }
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
    makeFolder();
    try {
      AtomicFile.write(folder.resolve(name), JSON.writeValueAsBytes(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("plain data", e);
    }
  }

  /** Makes the folder where it isn't there yet. */
  void makeFolder() throws ProblemException {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** The problem of a folder that can't be read or written. */
  ProblemException unusable(IOException e) {
    return new ProblemException(
        "site_folder_unusable",
        "the folder " + folder + " can't be used (" + e + ")",
        "check the free space, and its permissions: it is for the daemon's user and root",
        e);
  }
}
