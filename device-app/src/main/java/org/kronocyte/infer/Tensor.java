package org.kronocyte.infer;

import java.nio.ByteBuffer;
import java.util.Arrays;

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
    long room = data.capacity();
    for (long d : shape) {
      // Rounding down at each step loses nothing, and nothing can overflow.
      room = d < 1 ? 0 : room / d;
    }
    if (room < 1) {
      throw new IllegalArgumentException(
          "tensor '"
              + name
              + "' of shape "
              + Arrays.toString(shape)
              + " doesn't fit "
              + data.capacity()
              + " bytes");
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
