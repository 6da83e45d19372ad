package org.kronocyte.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Where one layer's arrays go in {@code graph.tflite}: bytes from the file's beginning. Weights and
 * biases lie behind the file's end, scales in it.
 *
 * @param name the layer
 * @param weight int8 {@code [O,kh,kw,I]}
 * @param bias int32 {@code [O]}
 * @param weightScale float32 {@code [O]}
 * @param biasScale float32 {@code [O]}
 * @param shuffle side of the blocks that the layer's output channels are spread over; 1 for none
 */
public record TflitePlace(
    String name,
    int weight,
    int bias,
    @JsonProperty("weight_scale") int weightScale,
    @JsonProperty("bias_scale") int biasScale,
    int shuffle) {
  /** No small network's file is larger in memory. */
  private static final int MAX_BYTES = 16 << 20;

  public TflitePlace {
    for (int place : new int[] {weight, bias, weightScale, biasScale}) {
      if (place < 4 || place > MAX_BYTES || place % 4 != 0) {
        throw new IllegalArgumentException("tflite layer '" + name + "' goes to byte " + place);
      }
    }
    if (name == null || shuffle < 1 || shuffle > 4) {
      throw new IllegalArgumentException("tflite layer '" + name + "' shuffles by " + shuffle);
    }
  }
}
