package org.kronocyte.infer;

import java.nio.ByteBuffer;

/**
 * A named uint8 tensor on native memory that the engine reads or writes in place.
 *
 * @param name the graph's input or output
 * @param data direct buffer, at least as many bytes as the shape has elements; stays the caller's
 * @param shape e.g. {@code [N,H,W,C]}
 */
public record Tensor(String name, ByteBuffer data, long... shape) {
  public Tensor {
    if (!data.isDirect()) {
      throw new IllegalArgumentException("tensor '" + name + "' is not on native memory");
    }
    long elements = 1;
    for (long d : shape) {
      elements = Math.multiplyExact(elements, d);
    }
    if (elements < 1 || elements > data.capacity()) {
      throw new IllegalArgumentException(
          "tensor '" + name + "' has " + elements + " elements in " + data.capacity() + " bytes");
    }
  }

  /** Number of elements, which is bytes. */
  public int elements() {
    int n = 1;
    for (long d : shape) {
      n *= (int) d;
    }
    return n;
  }
}
