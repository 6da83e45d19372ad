package org.kronocyte.app;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.kronocyte.classify.Classifier;
import org.kronocyte.infer.Engine;
import org.kronocyte.model.ModelManifest.Kind;
import org.kronocyte.model.ModelPack;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.segment.Segmenter;
import org.kronocyte.store.SafeFiles;

/**
 * Takes packs into use and back. A pack is first copied and proven under another name; what makes
 * it count is the replacement of one small file, so that a power cut leaves either pack whole. A
 * running daemon goes on with what it has loaded.
 */
public final class ModelStore {
  private final Path folder;
  private final EngineChoice engines;

  /**
   * @param folder that the daemon reads its packs from ({@code models.dir})
   * @param engines in which forms a pack must prove itself
   */
  public ModelStore(Path folder, EngineChoice engines) {
    this.folder = folder;
    this.engines = engines;
  }

  /** An action while no other process changes the folder. */
  private interface Change<T> {
    T run() throws ProblemException, IOException;
  }

  /** Whether the folder holds no pack, or isn't there. */
  public boolean isEmpty() throws ProblemException {
    return !Files.exists(folder) || Models.packFolders(folder).isEmpty();
  }

  /**
   * Copies the packs of another folder into this one if it holds none, so that a device whose first
   * pack is installed here has the other kind, too, and one to go back to.
   *
   * @param packs those that came with the program
   * @return whether they were copied
   */
  public boolean stock(Path packs) throws ProblemException {
    return changing(
        () -> {
          if (!isEmpty()) {
            return false;
          }
          for (Path source : Models.packFolders(packs)) {
            ModelPack pack = ModelPack.load(source);
            bring(pack, folder.resolve(folderName(pack)));
          }
          return true;
        });
  }

  /**
   * Checks a pack's digests, its golden cells and its classes, copies it and selects it. The pack
   * in use before stays for {@link #rollback}; the one before that is deleted.
   *
   * @param source the pack's folder, not changed
   * @return the installed copy
   * @throws ProblemException why it can't be used; the folder is as before then
   */
  public ModelPack install(Path source) throws ProblemException {
    ModelPack offered = ModelPack.load(source);
    String name = folderName(offered);
    prove(offered);
    return changing(() -> install(offered, name));
  }

  private ModelPack install(ModelPack offered, String name) throws ProblemException, IOException {
    Path target = folder.resolve(name);
    Kind kind = offered.manifest().kind();
    Selection before = Selection.read(folder);
    Optional<String> current = current(before, kind);
    if (Files.exists(target)) {
      ModelPack there = ModelPack.load(target);
      if (!Files.readString(target.resolve("manifest.json"))
          .equals(Files.readString(offered.folder().resolve("manifest.json")))) {
        throw new ProblemException(
            "model_exists",
            "another pack is installed as " + there.id(),
            "give the new pack a version of its own");
      }
    } else {
      bring(offered, target);
    }
    ModelPack installed = ModelPack.load(target);
    Optional<String> previous = current.filter(c -> !c.equals(name));
    select(before, kind, new Selection.Entry(name, previous.or(() -> previous(before, kind))));
    if (previous.isPresent()) {
      Optional<String> old = previous(before, kind);
      if (old.isPresent() && !old.equals(previous) && !old.get().equals(name)) {
        delete(folder.resolve(old.get()));
      }
    }
    return installed;
  }

  /** A power cut leaves the whole pack or none under the target's name. */
  private void bring(ModelPack pack, Path target) throws ProblemException, IOException {
    Path copy = folder.resolve(".incoming-" + target.getFileName());
    delete(copy);
    copy(pack, copy);
    ModelPack.load(copy);
    Files.move(copy, target, StandardCopyOption.ATOMIC_MOVE);
    SafeFiles.sync(folder);
  }

  /**
   * Goes back to the pack in use before, after proving it again; a second call returns to the newer
   * one.
   *
   * @return the pack in use now
   */
  public ModelPack rollback(Kind kind) throws ProblemException {
    return changing(
        () -> {
          Selection before = Selection.read(folder);
          String previous =
              previous(before, kind)
                  .orElseThrow(
                      () ->
                          new ProblemException(
                              "model_no_previous",
                              "no " + Selection.word(kind) + " was in use before in " + folder,
                              "install the pack that is wanted"));
          ModelPack pack = ModelPack.load(folder.resolve(previous));
          prove(pack);
          select(before, kind, new Selection.Entry(previous, current(before, kind)));
          return pack;
        });
  }

  /** What a pack's folder is for in its model folder: in use, previous, or nothing to say. */
  public static String role(Path pack) throws ProblemException {
    return Selection.read(pack.toAbsolutePath().getParent()).role(pack);
  }

  private static Optional<String> previous(Selection selection, Kind kind) {
    return Optional.ofNullable(selection.entries().get(kind)).flatMap(Selection.Entry::previous);
  }

  private static Optional<String> current(Selection selection, Kind kind) throws ProblemException {
    Selection.Entry entry = selection.entries().get(kind);
    if (entry != null) {
      return Optional.of(entry.current());
    }
    try {
      return Optional.of(selection.pack(kind).folder().getFileName().toString());
    } catch (ProblemException e) {
      return Optional.empty(); // None, or several of which none is in use.
    }
  }

  private static void select(Selection before, Kind kind, Selection.Entry entry)
      throws ProblemException {
    Map<Kind, Selection.Entry> entries = new EnumMap<>(Kind.class);
    entries.putAll(before.entries());
    entries.put(kind, entry);
    new Selection(before.folder(), entries).write();
  }

  private void prove(ModelPack pack) throws ProblemException {
    Models.checkEncoding(pack);
    try (Engine engine = engines.open(pack, 1)) {
      if (pack.manifest().kind() == Kind.CLASSIFIER) {
        new Classifier(pack, engine);
      } else {
        new Segmenter(pack, engine);
      }
    }
  }

  private static String folderName(ModelPack pack) throws ProblemException {
    String name = pack.manifest().name();
    String version = pack.manifest().version();
    if (!name.matches("[a-z][a-z0-9-]{0,39}") || !version.matches("[0-9]{1,9}(\\.[0-9]{1,9}){2}")) {
      throw new ProblemException(
          "model_corrupt",
          pack.folder() + " has the name '" + name + "' and the version '" + version + "'",
          "a pack's name is of a-z, 0-9 and -, its version of three numbers");
    }
    return name + "-" + version;
  }

  private static void copy(ModelPack pack, Path to) throws IOException {
    Files.createDirectory(to);
    Set<String> files = new LinkedHashSet<>(pack.manifest().files().keySet());
    files.addAll(List.of("manifest.json", "MODEL_CARD.md"));
    for (String file : files) {
      Path source = pack.folder().resolve(file);
      // Only names of this folder; a manifest may say anything.
      if (Path.of(file).getNameCount() == 1 && Files.isRegularFile(source)) {
        Path copy = to.resolve(file);
        Files.copy(source, copy);
        SafeFiles.sync(copy);
      }
    }
    SafeFiles.sync(to);
  }

  private static void delete(Path pack) throws IOException {
    if (!Files.exists(pack)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> files = Files.walk(pack)) {
      deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : deepestFirst) {
      Files.delete(file);
    }
  }

  private <T> T changing(Change<T> change) throws ProblemException {
    try {
      Files.createDirectories(folder);
      try (FileChannel lock =
              FileChannel.open(
                  folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock held = lock.tryLock()) {
        if (held == null) {
          throw busy(null);
        }
        return change.run();
      }
    } catch (OverlappingFileLockException e) {
      throw busy(e); // The other one is in this process.
    } catch (IOException e) {
      throw new ProblemException(
          "models_unwritable",
          folder + " can't be changed (" + e + ")",
          "check its permissions and the free space; the pack in use is as before",
          e);
    }
  }

  private ProblemException busy(Throwable cause) {
    return new ProblemException(
        "models_busy",
        "somebody else is changing " + folder,
        "try again when they are done",
        cause);
  }
}
