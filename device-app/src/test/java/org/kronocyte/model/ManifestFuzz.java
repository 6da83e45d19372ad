package org.kronocyte.model;

import java.nio.file.Path;
import org.kronocyte.problem.ProblemException;

/** Any bytes are a manifest or a {@link ProblemException}. */
public final class ManifestFuzz {
  private ManifestFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    try {
      ModelManifest manifest = ModelPack.manifest(Path.of("pack"), input);
      if (!ModelManifest.SCHEMA.equals(manifest.schema())) {
        throw new IllegalStateException("schema " + manifest.schema());
      }
    } catch (ProblemException e) {
      if (!e.problem().code().equals("model_corrupt")) {
        throw new IllegalStateException(e);
      }
    }
  }
}
