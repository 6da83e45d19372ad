package org.kronocyte.camera.virtual;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a virtual film holds and how it is sampled.
 *
 * @param mix weight of each white-cell class by code ({@code NGS NGB MMZ MYB PMO BLA EBO LYT MON
 *     EOS BAS}); need not sum to 1
 * @param whiteCellsPerField mean number of white cells whose centre is in the field
 * @param redCellsPerField mean number of red cells
 * @param plateletsPerField mean number of platelets
 * @param umPerPx 0.05 to 0.3
 * @param width pixels, 64 to 4096
 * @param height pixels, 64 to 4096
 */
public record SmearRecipe(
    Map<String, Double> mix,
    double whiteCellsPerField,
    double redCellsPerField,
    double plateletsPerField,
    double umPerPx,
    int width,
    int height) {
  private static final int MAX_WHITE_CELLS = 200;
  private static final int MAX_RED_CELLS = 2000;

  public SmearRecipe {
    mix = Map.copyOf(mix);
    double sum = 0;
    for (Map.Entry<String, Double> weight : mix.entrySet()) {
      WhiteCellKind.valueOf(weight.getKey());
      require(weight.getValue() >= 0, "weight of " + weight.getKey(), weight.getValue());
      sum += weight.getValue();
    }
    require(sum > 0, "sum of the weights", sum);
    require(within(whiteCellsPerField, 0, MAX_WHITE_CELLS), "white cells", whiteCellsPerField);
    require(within(redCellsPerField, 0, MAX_RED_CELLS), "red cells", redCellsPerField);
    require(within(plateletsPerField, 0, MAX_RED_CELLS), "platelets", plateletsPerField);
    require(within(umPerPx, 0.05, 0.3), "um per pixel", umPerPx);
    require(within(width, 64, 4096), "width", width);
    require(within(height, 64, 4096), "height", height);
  }

  /** Peripheral blood of a healthy adult, at a higher density of white cells than most films. */
  public static SmearRecipe blood() {
    Map<String, Double> mix = new LinkedHashMap<>();
    mix.put("NGS", 0.57);
    mix.put("NGB", 0.03);
    mix.put("LYT", 0.29);
    mix.put("MON", 0.07);
    mix.put("EOS", 0.03);
    mix.put("BAS", 0.01);
    return new SmearRecipe(mix, 4, 95, 7, 0.1, 1280, 960);
  }

  /** Marrow with more than half blasts. */
  public static SmearRecipe leukaemicMarrow() {
    Map<String, Double> mix = new LinkedHashMap<>();
    mix.put("BLA", 0.58);
    mix.put("LYT", 0.11);
    mix.put("EBO", 0.09);
    mix.put("NGS", 0.06);
    mix.put("NGB", 0.03);
    mix.put("MMZ", 0.03);
    mix.put("MYB", 0.03);
    mix.put("PMO", 0.02);
    mix.put("MON", 0.03);
    mix.put("EOS", 0.015);
    mix.put("BAS", 0.005);
    return new SmearRecipe(mix, 12, 55, 3, 0.1, 1280, 960);
  }

  /** The same film and optics on a sensor of another size; counts follow the area. */
  public SmearRecipe withSize(int newWidth, int newHeight) {
    double area = (double) newWidth * newHeight / ((double) width * height);
    return new SmearRecipe(
        mix,
        whiteCellsPerField * area,
        redCellsPerField * area,
        plateletsPerField * area,
        umPerPx,
        newWidth,
        newHeight);
  }

  private static boolean within(double value, double min, double max) {
    return value >= min && value <= max;
  }

  private static void require(boolean holds, String what, double seen) {
    if (!holds) {
      throw new IllegalArgumentException(what + " of a virtual film can't be " + seen);
    }
  }
}
