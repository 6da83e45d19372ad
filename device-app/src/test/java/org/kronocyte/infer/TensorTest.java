package org.kronocyte.infer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class TensorTest {
  private static final ByteBuffer MEMORY = ByteBuffer.allocateDirect(24);

  @Test
  void countsItsElements() {
    assertEquals(24, new Tensor("t", MEMORY, 2, 3, 4).elements());
    assertEquals(6, new Tensor("t", MEMORY, 1, 6).elements());
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    refused(5, 5);
    refused(25);
    refused(0, 3);
    refused(-2, -3);
    refused(1L << 33, 1L << 33);
    refused(Long.MAX_VALUE, 2);
  }

  private static void refused(long... shape) {
    assertThrows(IllegalArgumentException.class, () -> new Tensor("t", MEMORY, shape));
  }

  @Test
  void heapMemoryIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> new Tensor("t", ByteBuffer.allocate(24), 24));
  }
}
