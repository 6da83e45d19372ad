package org.kronocyte.model;

import java.util.Arrays;
import java.util.List;

/**
 * The weights of the float graphs: real kernels, or the factors of Kronecker layers arranged for
 * two small convolutions ({@code models-quantized/PACK.md}). Each value is rounded to float once.
 */
final class RealWeights {
  private final WeightExpansion expansion;

  RealWeights(WeightExpansion expansion) {
    this.expansion = expansion;
  }

  /**
   * @param factored whether a Kronecker layer stays in factors
   */
  List<RealTensor> of(ModelManifest.Layer layer, boolean factored) {
    int[] shape = layer.shape();
    RealTensor bias = column(layer, "bias", expansion.floats(layer.bias(), shape[0]));
    if (factored && layer.kind().equals("kronecker")) {
      return List.of(inner(layer), outer(layer), gain(layer), bias);
    }
    double[] kernel = expansion.kernel(layer);
    float[] rounded = new float[kernel.length];
    for (int i = 0; i < kernel.length; i++) {
      rounded[i] = (float) kernel[i];
    }
    long[] dims = Arrays.stream(shape).asLongStream().toArray();
    return List.of(new RealTensor(layer.name() + ".kernel", dims, rounded), bias);
  }

  private static RealTensor column(ModelManifest.Layer layer, String what, float[] values) {
    return new RealTensor(layer.name() + "." + what, new long[] {values.length}, values);
  }

  private RealTensor gain(ModelManifest.Layer layer) {
    int outputs = layer.shape()[0];
    if (layer.gain() != null) {
      return column(layer, "gain", expansion.floats(layer.gain(), outputs));
    }
    float[] ones = new float[outputs];
    Arrays.fill(ones, 1);
    return column(layer, "gain", ones);
  }

  /** B as {@code [R*O2, I2, kh, kw]}: as it is stored. */
  private RealTensor inner(ModelManifest.Layer layer) {
    int[] b = WeightExpansion.shapeOf(layer.b(), 5);
    byte[] q = expansion.bytes(layer.b(), layer.b().elements());
    float[] scale = expansion.floats(layer.bScale(), b[0] * b[1]);
    int row = b[2] * b[3] * b[4];
    float[] values = new float[q.length];
    for (int i = 0; i < q.length; i++) {
      values[i] = (float) ((double) q[i] * (double) scale[i / row]);
    }
    long[] shape = {(long) b[0] * b[1], b[2], b[3], b[4]};
    return new RealTensor(layer.name() + ".inner", shape, values);
  }

  /** A as {@code [O1, I1*R, 1, 1]}, column {@code i1*R + r}. */
  private RealTensor outer(ModelManifest.Layer layer) {
    int[] a = WeightExpansion.shapeOf(layer.a(), 3);
    byte[] q = expansion.bytes(layer.a(), layer.a().elements());
    float[] scale = expansion.floats(layer.aScale(), a[0] * a[1]);
    float[] values = new float[q.length];
    for (int r = 0; r < a[0]; r++) {
      for (int o = 0; o < a[1]; o++) {
        for (int i = 0; i < a[2]; i++) {
          double real = (double) q[(r * a[1] + o) * a[2] + i] * (double) scale[r * a[1] + o];
          values[(o * a[2] + i) * a[0] + r] = (float) real;
        }
      }
    }
    long[] shape = {a[1], (long) a[2] * a[0], 1, 1};
    return new RealTensor(layer.name() + ".outer", shape, values);
  }
}
