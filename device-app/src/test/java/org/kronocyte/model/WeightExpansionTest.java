package org.kronocyte.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightExpansionTest {
  private final ByteBuffer file = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
  private final SplittableRandom random = new SplittableRandom(42);

  private ModelManifest.Array int8(int... shape) {
    int offset = file.position();
    ModelManifest.Array array = new ModelManifest.Array(offset, shape);
    for (int i = 0; i < array.elements(); i++) {
      file.put((byte) random.nextInt(-127, 128));
    }
    file.position((file.position() + 3) / 4 * 4);
    return array;
  }

  private ModelManifest.Array float32(int... shape) {
    ModelManifest.Array array = new ModelManifest.Array(file.position(), shape);
    for (int i = 0; i < array.elements(); i++) {
      file.putFloat((float) random.nextDouble(0.001, 0.02));
    }
    return array;
  }

  private ModelManifest.Array written(String dtype, byte[] bytes, int... shape) {
    int offset = file.position();
    file.put(bytes).position((file.position() + 3) / 4 * 4);
    return new ModelManifest.Array(offset, shape, dtype);
  }

  private LayerWeights expand(ModelManifest.Layer layer) {
    return new WeightExpansion(file.array()).expand(layer);
  }

  private static ModelManifest.Layer kronecker(
      int[] shape,
      ModelManifest.Array a,
      ModelManifest.Array sa,
      ModelManifest.Array b,
      ModelManifest.Array sb,
      ModelManifest.Array gain,
      ModelManifest.Array bias) {
    return new ModelManifest.Layer(
        "L", "kronecker", shape, 0.5f, null, null, a, sa, b, sb, gain, bias);
  }

  /** The slow way: each weight by its index formula, factors looked up one by one. */
  @ParameterizedTest
  @CsvSource({
    "1, 2, 3, 4, 5, 3, false",
    "3, 4, 2, 2, 3, 3, true",
    "8, 1, 1, 3, 2, 1, true",
    "2, 5, 1, 1, 4, 1, false"
  })
  void kroneckerIsTheSumOfProducts(
      int ranks, int o1, int i1, int o2, int i2, int k, boolean withGain) {
    ModelManifest.Array a = int8(ranks, o1, i1);
    ModelManifest.Array sa = float32(ranks, o1);
    ModelManifest.Array b = int8(ranks, o2, i2, k, k);
    ModelManifest.Array sb = float32(ranks, o2);
    ModelManifest.Array gain = withGain ? float32(o1 * o2) : null;
    ModelManifest.Array bias = float32(o1 * o2);
    int outputs = o1 * o2;
    int inputs = i1 * i2;
    LayerWeights seen =
        expand(kronecker(new int[] {outputs, inputs, k, k}, a, sa, b, sb, gain, bias));
    for (int o = 0; o < outputs; o++) {
      double[] row = new double[inputs * k * k];
      double largest = 0;
      for (int i = 0; i < row.length; i++) {
        int input = i / (k * k);
        double sum = 0;
        for (int r = 0; r < ranks; r++) {
          int rowA = r * o1 + o / o2;
          int rowB = r * o2 + o % o2;
          double left =
              (double) file.get(a.offset() + rowA * i1 + input / i2)
                  * file.getFloat(sa.offset() + 4 * rowA);
          double right =
              (double) file.get(b.offset() + (rowB * i2 + input % i2) * k * k + i % (k * k))
                  * file.getFloat(sb.offset() + 4 * rowB);
          sum += left * right;
        }
        row[i] = withGain ? sum * file.getFloat(gain.offset() + 4 * o) : sum;
        largest = Math.max(largest, Math.abs(row[i]));
      }
      float scale = (float) (largest / 127);
      assertEquals(scale, seen.weightScale()[o]);
      for (int i = 0; i < row.length; i++) {
        assertEquals((byte) Math.rint(row[i] / scale), seen.weight()[o * row.length + i]);
      }
      float biasScale = (float) (0.5 * scale);
      assertEquals(biasScale, seen.biasScale()[o]);
      float b0 = file.getFloat(bias.offset() + 4 * o);
      assertEquals((int) Math.rint((double) b0 / biasScale), seen.bias()[o]);
    }
  }

  @Test
  void denseIsTakenAsItIs() {
    ModelManifest.Array weight = int8(3, 2, 1, 1);
    ModelManifest.Array scale = float32(3);
    ModelManifest.Array bias = float32(3);
    LayerWeights seen = expand(dense(new int[] {3, 2, 1, 1}, weight, scale, bias));
    byte[] expected = new byte[6];
    file.get(weight.offset(), expected);
    assertArrayEquals(expected, seen.weight());
    for (int o = 0; o < 3; o++) {
      assertEquals(file.getFloat(scale.offset() + 4 * o), seen.weightScale()[o]);
    }
  }

  private static ModelManifest.Layer dense(
      int[] shape,
      ModelManifest.Array weight,
      ModelManifest.Array scale,
      ModelManifest.Array bias) {
    return new ModelManifest.Layer(
        "L", "dense", shape, 0.5f, weight, scale, null, null, null, null, null, bias);
  }

  @Test
  void fourBitsAreWrittenTwoToAByte() {
    byte[] pairs = {(byte) 0x7f, (byte) 0x18, (byte) 0x03};
    byte[] halves = {(byte) 0x80, 0x3f, 0x40, (byte) 0xc0}; // upper halves of 1f and -3f
    ModelManifest.Array weight = written("int4", pairs, 1, 5, 1, 1);
    ModelManifest.Array scale = written("bfloat16", new byte[] {(byte) 0xa0, 0x3f}, 1);
    ModelManifest.Array bias = written("bfloat16", halves, 2);
    ModelManifest.Array first = new ModelManifest.Array(bias.offset(), new int[] {1}, "bfloat16");
    LayerWeights seen = expand(dense(new int[] {1, 5, 1, 1}, weight, scale, first));
    assertArrayEquals(new byte[] {-1, 7, -8, 1, 3}, seen.weight());
    assertEquals(1.25f, seen.weightScale()[0]);
    WeightExpansion expansion = new WeightExpansion(file.array());
    assertArrayEquals(new float[] {1f, -3f}, expansion.floats(bias, 2));
  }

  @Test
  void numbersInAnotherCodeAreRefused() {
    ModelManifest.Array weight = int8(1, 2, 1, 1);
    ModelManifest.Array scale = float32(1);
    ModelManifest.Array bias = float32(1);
    int[] shape = {1, 2, 1, 1};
    expand(dense(shape, weight, scale, bias));
    for (String dtype : new String[] {"", "int8", "bfloat16"}) {
      refused(dense(shape, as(dtype, weight), scale, bias));
    }
    for (String dtype : new String[] {"", "float32", "int4"}) {
      refused(dense(shape, weight, as(dtype, scale), bias));
      refused(dense(shape, weight, scale, as(dtype, bias)));
    }
  }

  private static ModelManifest.Array as(String dtype, ModelManifest.Array array) {
    return new ModelManifest.Array(array.offset(), array.shape(), dtype);
  }

  @Test
  void aRowOfZerosHasScaleOne() {
    ModelManifest.Array a = new ModelManifest.Array(1000, new int[] {1, 1, 1});
    ModelManifest.Array b = new ModelManifest.Array(1004, new int[] {1, 1, 1, 1, 1});
    ModelManifest.Array one = new ModelManifest.Array(1008, new int[] {1, 1});
    ModelManifest.Array bias = new ModelManifest.Array(1012, new int[] {1});
    LayerWeights seen = expand(kronecker(new int[] {1, 1, 1, 1}, a, one, b, one, null, bias));
    assertEquals(1f, seen.weightScale()[0]);
    assertEquals(0, seen.weight()[0]);
  }

  @Test
  void arraysThatDoNotFitAreRefused() {
    ModelManifest.Array a = int8(2, 2, 2);
    ModelManifest.Array sa = float32(2, 2);
    ModelManifest.Array b = int8(2, 2, 2, 3, 3);
    ModelManifest.Array sb = float32(2, 2);
    ModelManifest.Array bias = float32(4);
    int[] shape = {4, 4, 3, 3};
    expand(kronecker(shape, a, sa, b, sb, null, bias));
    refused(kronecker(new int[] {4, 5, 3, 3}, a, sa, b, sb, null, bias));
    refused(kronecker(new int[] {8, 4, 3, 3}, a, sa, b, sb, null, bias));
    refused(kronecker(shape, b, sa, a, sb, null, bias));
    refused(kronecker(shape, null, sa, b, sb, null, bias));
    refused(kronecker(shape, a, null, b, sb, null, bias));
    refused(kronecker(shape, a, sa, b, sb, sa, float32(3)));
    refused(kronecker(shape, a, sa, b, sb, float32(5), bias));
    refused(kronecker(shape, a, sa, b, sb, null, null));
    refused(kronecker(new int[] {65_536, 65_536, 3, 3}, a, sa, b, sb, null, bias));
    refused(dense(shape, a, sa, bias));
    refused(dense(shape, null, null, bias));
    refused(dense(new int[] {0, 4, 3, 3}, a, sa, bias));
    refused(dense(new int[] {-4, 4, 3, 3}, a, sa, bias));
  }

  private void refused(ModelManifest.Layer layer) {
    assertThrows(IllegalArgumentException.class, () -> expand(layer), layer::toString);
  }
}
