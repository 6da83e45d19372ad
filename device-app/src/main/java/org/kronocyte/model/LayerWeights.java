package org.kronocyte.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;

/**
 * One convolution's weights as a graph runs with them.
 *
 * @param name layer; the graph's initialisers are {@code name.weight}, {@code .weight_scale},
 *     {@code .bias}, {@code .bias_scale}
 * @param shape {@code [O,I,kh,kw]}
 * @param weight int8, row-major
 * @param weightScale {@code [O]}
 * @param bias int32 {@code [O]}
 * @param biasScale {@code [O]}, input scale times weight scale
 */
public record LayerWeights(
    String name, int[] shape, byte[] weight, float[] weightScale, int[] bias, float[] biasScale) {
  /** Adds these bits to a digest: weight, weight scale, bias, bias scale, all little-endian. */
  void digestInto(MessageDigest digest) {
    digest.update(weight);
    ByteBuffer bytes = ByteBuffer.allocate(weightScale.length * 12).order(ByteOrder.LITTLE_ENDIAN);
    for (float scale : weightScale) {
      bytes.putFloat(scale);
    }
    for (int value : bias) {
      bytes.putInt(value);
    }
    for (float scale : biasScale) {
      bytes.putFloat(scale);
    }
    digest.update(bytes.array());
  }

  /**
   * The same layer with its output changed to {@code gain[o] * value + shift[o]}: the scales carry
   * the gain, the bias the shift, so running it costs nothing more.
   *
   * @param gain {@code [O]}, above 0
   * @param shift {@code [O]}, in units of the layer's output
   */
  LayerWeights corrected(float[] gain, float[] shift) {
    float[] scale = new float[weightScale.length];
    float[] newBiasScale = new float[scale.length];
    int[] newBias = new int[scale.length];
    for (int o = 0; o < scale.length; o++) {
      scale[o] = (float) ((double) weightScale[o] * gain[o]);
      newBiasScale[o] = (float) ((double) biasScale[o] * gain[o]);
      double real = (double) bias[o] * biasScale[o] * gain[o] + shift[o];
      newBias[o] = (int) Math.rint(real / newBiasScale[o]);
    }
    return new LayerWeights(name, shape, weight, scale, newBias, newBiasScale);
  }
}
