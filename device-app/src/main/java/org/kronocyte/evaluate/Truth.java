package org.kronocyte.evaluate;

import java.nio.file.Path;
import java.util.List;
import org.kronocyte.image.Box;

/**
 * What people drew for one image.
 *
 * @param image the picture
 * @param mask {@code [H,W]}: 0 background, 1 cytoplasm, 2 nucleus; empty where only boxes were
 *     drawn
 * @param boxes of white cells, pixels; empty where only masks were drawn
 */
public record Truth(Path image, byte[] mask, int width, int height, List<Box> boxes) {
  public Truth {
    boxes = List.copyOf(boxes);
  }

  /** The image's file name without its suffix. */
  public String stem() {
    return stem(image);
  }

  static String stem(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }
}
