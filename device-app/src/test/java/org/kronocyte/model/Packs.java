package org.kronocyte.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.kronocyte.problem.ProblemException;

/** The packs in the repository; their numbers may change, their format doesn't. */
public final class Packs {
  public static final Path FOLDER = Path.of("../models-quantized/packs");

  private Packs() {}

  /** Folders of all packs, sorted. */
  public static List<Path> folders() {
    try (Stream<Path> entries = Files.list(FOLDER)) {
      return entries.filter(p -> Files.exists(p.resolve("manifest.json"))).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The one pack of a kind. */
  public static ModelPack only(ModelManifest.Kind kind) throws ProblemException {
    for (Path folder : folders()) {
      ModelPack pack = ModelPack.load(folder);
      if (pack.manifest().kind() == kind) {
        return pack;
      }
    }
    throw new IllegalStateException("no pack is a " + kind);
  }

  /** A manifest with other golden cells. */
  public static ModelManifest withGolden(ModelManifest manifest, GoldenCells golden) {
    return with(manifest, "golden", golden);
  }

  /** A manifest with another tile. */
  public static ModelManifest withTile(ModelManifest manifest, ModelManifest.Tile tile) {
    return with(manifest, "tile", tile);
  }

  /** A copy that differs in one component, whatever others there are. */
  private static ModelManifest with(ModelManifest manifest, String name, Object value) {
    try {
      RecordComponent[] components = ModelManifest.class.getRecordComponents();
      Class<?>[] types = new Class<?>[components.length];
      Object[] values = new Object[components.length];
      for (int i = 0; i < components.length; i++) {
        types[i] = components[i].getType();
        values[i] =
            components[i].getName().equals(name)
                ? value
                : components[i].getAccessor().invoke(manifest);
      }
      return ModelManifest.class.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
