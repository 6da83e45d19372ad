package org.kronocyte.evaluate;

import java.util.List;
import org.kronocyte.image.Box;

/**
 * What an engine found in one image.
 *
 * @param mask {@code [H,W]}: 0 background, 1 cytoplasm, 2 nucleus
 * @param cells in any order; none if the engine gives only masks
 */
public record FoundCells(byte[] mask, int width, int height, List<Cell> cells) {
  /**
   * One cell.
   *
   * @param box in pixels of the image
   * @param accepted whether the program takes it for a white cell: not rejected, no platelet
   */
  public record Cell(Box box, boolean accepted) {}

  public FoundCells {
    cells = List.copyOf(cells);
  }

  List<Box> boxes() {
    return cells.stream().map(Cell::box).toList();
  }

  /** By number from 1. */
  boolean[] accepted() {
    boolean[] out = new boolean[cells.size() + 1];
    for (int i = 0; i < cells.size(); i++) {
      out[i + 1] = cells.get(i).accepted();
    }
    return out;
  }
}
