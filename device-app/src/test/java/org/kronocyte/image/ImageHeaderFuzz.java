package org.kronocyte.image;

import org.kronocyte.problem.ProblemException;

/**
 * Any bytes are an image of some size or a {@link ProblemException}, found without reading long.
 */
public final class ImageHeaderFuzz {
  private ImageHeaderFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    try {
      ImageHeader header = ImageHeader.of(input, "fuzz");
      if (header.pixels() < 0) {
        throw new IllegalStateException(header.toString());
      }
    } catch (ProblemException e) {
      if (e.problem().remedy().isBlank()) {
        throw new IllegalStateException("a problem without a remedy", e);
      }
    }
  }
}
