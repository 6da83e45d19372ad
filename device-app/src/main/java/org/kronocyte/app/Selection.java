package org.kronocyte.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.kronocyte.model.ModelManifest.Kind;
import org.kronocyte.model.ModelPack;
import org.kronocyte.problem.ProblemException;

/**
 * Which packs of a model folder are in use: its file {@code selected.json}, written by {@code
 * kronocyte model install} and {@code rollback}. Without an entry of a kind, the only pack of that
 * kind is used.
 *
 * @param folder holds one sub-folder a pack
 * @param entries by kind
 */
record Selection(Path folder, Map<Kind, Entry> entries) {
  static final String FILE = "selected.json";

  private static final String SCHEMA = "kronocyte/models/1";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Names of sub-folders.
   *
   * @param current in use
   * @param previous in use before, kept for a rollback
   */
  record Entry(String current, Optional<String> previous) {
    Entry {
      checkName(current);
      previous.ifPresent(Entry::checkName);
    }

    private static void checkName(String name) {
      if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
        throw new IllegalArgumentException("'" + name + "' is no folder of a pack");
      }
    }
  }

  Selection {
    Map<Kind, Entry> copy = new EnumMap<>(Kind.class);
    copy.putAll(entries);
    entries = copy;
  }

  /**
   * Reads a folder's selection; empty if it has none.
   *
   * @throws ProblemException {@code models_missing} if the file is there but damaged
   */
  static Selection read(Path folder) throws ProblemException {
    Path file = folder.resolve(FILE);
    Map<Kind, Entry> entries = new EnumMap<>(Kind.class);
    if (!Files.exists(file)) {
      return new Selection(folder, entries);
    }
    try {
      JsonNode root = JSON.readTree(file.toFile());
      if (!root.path("schema").asText().equals(SCHEMA)) {
        throw new IllegalArgumentException("its schema is not " + SCHEMA);
      }
      for (Kind kind : Kind.values()) {
        JsonNode entry = root.path(word(kind));
        if (!entry.isMissingNode()) {
          Optional<String> previous =
              Optional.of(entry.path("previous").asText()).filter(n -> !n.isEmpty());
          entries.put(kind, new Entry(entry.path("current").asText(), previous));
        }
      }
      return new Selection(folder, entries);
    } catch (IOException | IllegalArgumentException e) {
      throw new ProblemException(
          "models_missing",
          file + " can't be read (" + e.getMessage() + ")",
          "delete it if the folder holds one segmenter and one classifier, else install anew",
          e);
    }
  }

  /** Replaces the folder's selection in one step. */
  void write() throws ProblemException {
    ObjectNode root = JSON.createObjectNode().put("schema", SCHEMA);
    entries.forEach(
        (kind, entry) -> {
          ObjectNode node = root.putObject(word(kind)).put("current", entry.current());
          entry.previous().ifPresent(p -> node.put("previous", p));
        });
    AtomicFile.write(folder.resolve(FILE), (root.toPrettyString() + "\n").getBytes(UTF_8));
  }

  static String word(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /** What a pack's folder is for: {@code in use}, {@code previous}, or nothing. */
  String role(Path pack) {
    String name = pack.getFileName().toString();
    for (Entry entry : entries.values()) {
      if (entry.current().equals(name)) {
        return "in use";
      }
      if (entry.previous().filter(name::equals).isPresent()) {
        return "previous";
      }
    }
    return "";
  }

  /**
   * Loads the pack of a kind.
   *
   * @throws ProblemException if it can't be loaded, or if it isn't clear which one it is
   */
  ModelPack pack(Kind kind) throws ProblemException {
    Entry entry = entries.get(kind);
    if (entry != null) {
      ModelPack pack = ModelPack.load(folder.resolve(entry.current()));
      if (pack.manifest().kind() != kind) {
        throw new ProblemException(
            "model_wrong_kind",
            folder.resolve(FILE) + " names " + pack.id() + " as the " + word(kind),
            "install a " + word(kind) + " anew");
      }
      return pack;
    }
    List<ModelPack> fitting = new ArrayList<>();
    List<ProblemException> problems = new ArrayList<>();
    for (Path candidate : Models.packFolders(folder)) {
      try {
        ModelPack pack = ModelPack.load(candidate);
        if (pack.manifest().kind() == kind) {
          fitting.add(pack);
        }
      } catch (ProblemException e) {
        problems.add(e); // perhaps of the other kind
      }
    }
    if (fitting.isEmpty() && !problems.isEmpty()) {
      throw problems.get(0);
    }
    if (fitting.size() != 1) {
      throw new ProblemException(
          "models_missing",
          folder
              + " holds "
              + fitting.size()
              + " packs of kind "
              + kind
              + ", exactly one is needed",
          "name a folder with one segmenter and one classifier with --models DIR");
    }
    return fitting.get(0);
  }
}
