package org.kronocyte.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.kronocyte.problem.ProblemException;

/** Bounds-checked unsigned reads: past the end of the file means {@code image_truncated}. */
final class Bytes {
  private final ByteBuffer data;
  private final String name;

  /** Big-endian until {@link #littleEndian()} is asked for. */
  Bytes(byte[] data, String name) {
    this.data = ByteBuffer.wrap(data).order(ByteOrder.BIG_ENDIAN);
    this.name = name;
  }

  Bytes littleEndian() {
    data.order(ByteOrder.LITTLE_ENDIAN);
    return this;
  }

  String name() {
    return name;
  }

  int length() {
    return data.capacity();
  }

  byte[] array() {
    return data.array();
  }

  int u8(long at) throws ProblemException {
    return data.get(need(at, 1)) & 0xFF;
  }

  int u16(long at) throws ProblemException {
    return data.getShort(need(at, 2)) & 0xFFFF;
  }

  int i32(long at) throws ProblemException {
    return data.getInt(need(at, 4));
  }

  long u32(long at) throws ProblemException {
    return i32(at) & 0xFFFF_FFFFL;
  }

  /** Checks that a range lies within the file; returns its start as an index. */
  int need(long at, long count) throws ProblemException {
    if (at < 0 || count < 0 || at > length() || count > length() - at) {
      throw ImageProblems.truncated(
          name, "its structure needs " + (at + count) + " bytes, it has " + length());
    }
    return (int) at;
  }
}
