package org.kronocyte.segment;

import java.util.ArrayList;
import java.util.List;

/**
 * A field's cells with the pixels that make them, at the model's scale. Heap memory only.
 *
 * @param width pixels at the model's scale
 * @param height pixels at the model's scale
 * @param inputWidth of the field as captured
 * @param inputHeight of the field as captured
 * @param labels {@code [H,W]} 0 or the {@link SegmentedCell#id()} a pixel belongs to
 * @param cells in reading order
 * @param prediction what the network said, for drawing masks at the field's own resolution
 */
public record Segmentation(
    int width,
    int height,
    int inputWidth,
    int inputHeight,
    int[] labels,
    List<SegmentedCell> cells,
    Prediction prediction) {
  /** Mask values, also in PNG files. */
  public static final byte BACKGROUND = 0;

  public static final byte CYTOPLASM = 1;
  public static final byte NUCLEUS = 2;

  public Segmentation {
    cells = List.copyOf(cells);
  }

  /** No cell has a higher number; there may be fewer cells. 0 without any. */
  public int highestId() {
    return cells.stream().mapToInt(SegmentedCell::id).max().orElse(0);
  }

  /** The same field, each of its cells with what another engine says of it. */
  public Segmentation with(SecondOpinion opinion) {
    List<SegmentedCell> looked = new ArrayList<>();
    for (int i = 0; i < cells.size(); i++) {
      looked.add(cells.get(i).with(opinion.looks().get(i)));
    }
    return new Segmentation(width, height, inputWidth, inputHeight, labels, looked, prediction);
  }
}
