package org.kronocyte.segment;

import java.util.List;

/**
 * What was predicted of a field, and how it falls into cells at the prediction's resolution. Never
 * changes once made, so that it may go from one thread to another.
 */
public final class SplitPrediction {
  private final Prediction prediction;
  private final byte[] classes;
  private final int[] labels;
  private final List<CellRegions.Region> regions;

  /**
   * @param classes {@code [h,w]} of the prediction, the most probable of each pixel
   * @param labels {@code [h,w]} of the prediction, numbers of cells from 1, 0 for none
   * @param regions of the cells in the order of their numbers
   */
  SplitPrediction(
      Prediction prediction, byte[] classes, int[] labels, List<CellRegions.Region> regions) {
    this.prediction = prediction;
    this.classes = classes;
    this.labels = labels;
    this.regions = List.copyOf(regions);
  }

  Prediction prediction() {
    return prediction;
  }

  byte[] classes() {
    return classes;
  }

  int[] labels() {
    return labels;
  }

  List<CellRegions.Region> regions() {
    return regions;
  }
}
