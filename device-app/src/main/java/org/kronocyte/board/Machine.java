package org.kronocyte.board;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The machine this runs on.
 *
 * @param root {@code /}, or a folder that looks like it in tests
 * @param architecture as the property {@code os.arch} says it, e.g. {@code aarch64}
 * @param compatible the device tree's {@code compatible} words, most special first; empty on a PC
 */
public record Machine(Path root, String architecture, List<String> compatible) {
  public Machine {
    compatible = List.copyOf(compatible);
  }

  /** Looks at a machine. */
  public static Machine at(Path root, String architecture) {
    Path file = root.resolve("proc/device-tree/compatible");
    try {
      // The kernel gives the words one after the other, each ended by a zero byte.
      String words = Files.readString(file, StandardCharsets.ISO_8859_1);
      return new Machine(
          root, architecture, Stream.of(words.split("\0", -1)).filter(w -> !w.isEmpty()).toList());
    } catch (IOException e) {
      return new Machine(root, architecture, List.of()); // No device tree: a PC.
    }
  }
}
