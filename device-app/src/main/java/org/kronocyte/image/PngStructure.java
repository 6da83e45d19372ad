package org.kronocyte.image;

import java.util.zip.CRC32;
import org.kronocyte.problem.ProblemException;

/** Walks a PNG's chunks to IEND and checks their sums (ISO/IEC 15948, clause 5). */
final class PngStructure {
  private static final int IHDR = 0x49484452;
  private static final int IEND = 0x49454E44;
  private static final int SIGNATURE = 8;
  private static final int CHUNK_OVERHEAD = 12;

  private PngStructure() {}

  static ImageHeader walk(Bytes file) throws ProblemException {
    if (file.i32(SIGNATURE + 4) != IHDR) {
      throw ImageProblems.corrupt(file.name(), "its first chunk isn't IHDR");
    }
    ImageHeader size = new ImageHeader(file.u32(SIGNATURE + 8), file.u32(SIGNATURE + 12));
    int at = SIGNATURE;
    while (true) {
      if (at == file.length()) {
        throw ImageProblems.truncated(file.name(), "no IEND chunk in " + file.length() + " bytes");
      }
      long length = file.u32(at);
      file.need(at, length + CHUNK_OVERHEAD);
      CRC32 sum = new CRC32();
      sum.update(file.array(), at + 4, (int) length + 4);
      if (sum.getValue() != file.u32(at + 8 + length)) {
        throw ImageProblems.corrupt(
            file.name(), "the check sum of the chunk at byte " + at + " is wrong");
      }
      if (file.i32(at + 4) == IEND) {
        return size;
      }
      at += (int) length + CHUNK_OVERHEAD;
    }
  }
}
