package org.kronocyte.model;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Turns the packed factors of a layer into the int8 weights its graph runs with.
 *
 * <p>A Kronecker layer stores W = sum over r of A_r (x) B_r with small factors of 4 or 8 bits and
 * one scale a rank and row [1]. The sum is taken in IEEE double with r ascending and no fused
 * multiply-add (Java never contracts), so every processor makes the same bits; the manifest holds
 * their SHA-256.
 *
 * <p>[1] Hameed et al., Convolutional Neural Network Compression through Generalized Kronecker
 * Product Decomposition, AAAI 2022.
 */
final class WeightExpansion {
  private static final int INT8_MAX = 127;

  private final ByteBuffer packed;

  /**
   * @param packed the whole of {@code weights.bin}
   */
  WeightExpansion(byte[] packed) {
    this.packed = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * @throws IllegalArgumentException if the arrays don't fit each other, the layer or the file
   */
  LayerWeights expand(ModelManifest.Layer layer) {
    int[] shape = layer.shape();
    int outputs = new ModelManifest.Array(0, shape).elements() / Math.max(1, product(shape, 1));
    float[] bias = floats(layer.bias(), outputs);
    byte[] weight;
    float[] weightScale;
    switch (layer.kind()) {
      case "dense" -> {
        weight = bytes(layer.weight(), outputs * product(shape, 1));
        weightScale = floats(layer.weightScale(), outputs);
      }
      case "kronecker" -> {
        double[] real = product(layer);
        weightScale = new float[outputs];
        weight = quantize(real, weightScale);
      }
      default -> throw new IllegalArgumentException("layer kind '" + layer.kind() + "' is unknown");
    }
    float[] biasScale = new float[outputs];
    int[] integerBias = new int[outputs];
    for (int o = 0; o < outputs; o++) {
      biasScale[o] = (float) ((double) layer.inputScale() * (double) weightScale[o]);
      integerBias[o] = (int) Math.rint((double) bias[o] / (double) biasScale[o]);
    }
    return new LayerWeights(layer.name(), shape, weight, weightScale, integerBias, biasScale);
  }

  /** The real kernel {@code [O,I,kh,kw]} that a layer's arrays stand for, before int8 rounding. */
  double[] kernel(ModelManifest.Layer layer) {
    if (layer.kind().equals("kronecker")) {
      return product(layer);
    }
    int row = product(layer.shape(), 1);
    byte[] q = bytes(layer.weight(), layer.shape()[0] * row);
    float[] scale = floats(layer.weightScale(), layer.shape()[0]);
    double[] out = new double[q.length];
    for (int i = 0; i < q.length; i++) {
      out[i] = (double) q[i] * (double) scale[i / row];
    }
    return out;
  }

  /**
   * W[o1*O2+o2, i1*I2+i2, y, x] = gain[o] * sum over r of A[r,o1,i1] * B[r,o2,i2,y,x], row-major.
   */
  private double[] product(ModelManifest.Layer layer) {
    int[] a = shapeOf(layer.a(), 3);
    int[] b = shapeOf(layer.b(), 5);
    int[] w = layer.shape();
    int ranks = a[0];
    int kernel = b[3] * b[4];
    if (w.length != 4
        || b[0] != ranks
        || a[1] * b[1] != w[0]
        || a[2] * b[2] != w[1]
        || b[3] != w[2]
        || b[4] != w[3]) {
      throw new IllegalArgumentException(
          "factors "
              + Arrays.toString(a)
              + " and "
              + Arrays.toString(b)
              + " don't make "
              + Arrays.toString(w));
    }
    byte[] qa = bytes(layer.a(), layer.a().elements());
    byte[] qb = bytes(layer.b(), layer.b().elements());
    float[] sa = floats(layer.aScale(), ranks * a[1]);
    float[] sb = floats(layer.bScale(), ranks * b[1]);
    double[] out = new double[w[0] * w[1] * kernel];
    for (int r = 0; r < ranks; r++) {
      for (int o1 = 0; o1 < a[1]; o1++) {
        for (int i1 = 0; i1 < a[2]; i1++) {
          double left = (double) qa[(r * a[1] + o1) * a[2] + i1] * (double) sa[r * a[1] + o1];
          for (int o2 = 0; o2 < b[1]; o2++) {
            double rowScale = sb[r * b[1] + o2];
            int from = (r * b[1] + o2) * b[2] * kernel;
            int to = ((o1 * b[1] + o2) * w[1] + i1 * b[2]) * kernel;
            for (int k = 0; k < b[2] * kernel; k++) {
              out[to + k] += left * ((double) qb[from + k] * rowScale);
            }
          }
        }
      }
    }
    if (layer.gain() != null) {
      float[] gain = floats(layer.gain(), w[0]);
      int row = w[1] * kernel;
      for (int i = 0; i < out.length; i++) {
        out[i] *= gain[i / row];
      }
    }
    return out;
  }

  /** Symmetric int8 with one scale an output channel, rounding half to even. */
  private static byte[] quantize(double[] real, float[] scaleOut) {
    int row = real.length / scaleOut.length;
    byte[] out = new byte[real.length];
    for (int o = 0; o < scaleOut.length; o++) {
      double largest = 0;
      for (int k = o * row; k < (o + 1) * row; k++) {
        largest = Math.max(largest, Math.abs(real[k]));
      }
      scaleOut[o] = largest == 0 ? 1 : (float) (largest / INT8_MAX);
      for (int k = o * row; k < (o + 1) * row; k++) {
        double q = Math.rint(real[k] / (double) scaleOut[o]);
        out[k] = (byte) Math.max(-INT8_MAX, Math.min(INT8_MAX, q));
      }
    }
    return out;
  }

  private static int product(int[] shape, int from) {
    int n = 1;
    for (int i = from; i < shape.length; i++) {
      n *= shape[i];
    }
    return n;
  }

  static int[] shapeOf(ModelManifest.Array array, int rank) {
    if (array == null || array.shape().length != rank) {
      throw new IllegalArgumentException("a factor of rank " + rank + " is missing");
    }
    return array.shape();
  }

  /** Whole numbers, a byte each, from an array of {@code int8} or {@code int4}. */
  byte[] bytes(ModelManifest.Array array, int expected) {
    byte[] out = new byte[checked(array, expected)];
    ByteBuffer from = at(array);
    if (array.dtype() == null) {
      from.get(out);
    } else if (array.dtype().equals("int4")) {
      for (int i = 0; i < out.length; i += 2) {
        byte pair = from.get();
        out[i] = (byte) ((byte) (pair << 4) >> 4);
        if (i + 1 < out.length) {
          out[i + 1] = (byte) (pair >> 4);
        }
      }
    } else {
      throw new IllegalArgumentException(
          "whole numbers are written as '" + array.dtype() + "', not as int4 or bytes");
    }
    return out;
  }

  /** Real numbers from an array of {@code float32} or {@code bfloat16}, which is exact in both. */
  float[] floats(ModelManifest.Array array, int expected) {
    float[] out = new float[checked(array, expected)];
    ByteBuffer from = at(array);
    if (array.dtype() == null) {
      from.asFloatBuffer().get(out);
    } else if (array.dtype().equals("bfloat16")) {
      for (int i = 0; i < out.length; i++) {
        out[i] = Float.intBitsToFloat(from.getShort() << 16);
      }
    } else {
      throw new IllegalArgumentException(
          "real numbers are written as '" + array.dtype() + "', not as bfloat16 or floats");
    }
    return out;
  }

  private ByteBuffer at(ModelManifest.Array array) {
    if (array.offset() < 0 || array.offset() > packed.limit()) {
      throw new BufferUnderflowException();
    }
    return packed.duplicate().order(ByteOrder.LITTLE_ENDIAN).position(array.offset());
  }

  private static int checked(ModelManifest.Array array, int expected) {
    if (array == null || array.elements() != expected) {
      throw new IllegalArgumentException(
          "an array has "
              + (array == null ? "no entry" : Arrays.toString(array.shape()))
              + " where "
              + expected
              + " elements are needed");
    }
    return expected;
  }
}
