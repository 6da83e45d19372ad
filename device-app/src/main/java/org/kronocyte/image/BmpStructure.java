package org.kronocyte.image;

import org.kronocyte.problem.ProblemException;

/** Reads a BMP's headers and checks that uncompressed pixels are all there. */
final class BmpStructure {
  private static final int CORE_HEADER = 12;

  private BmpStructure() {}

  static ImageHeader walk(Bytes file) throws ProblemException {
    long pixelsAt = file.u32(10);
    boolean core = file.u32(14) == CORE_HEADER;
    long width = core ? file.u16(18) : file.i32(18);
    // A negative height means rows from top to bottom.
    long height = Math.abs(core ? file.u16(20) : (long) file.i32(22));
    int bitsPerPixel = file.u16(core ? 24 : 28);
    long compression = core ? 0 : file.u32(30);
    if (width < 0) {
      throw ImageProblems.corrupt(file.name(), "its width is " + width);
    }
    ImageHeader size = new ImageHeader(width, height);
    boolean uncompressed = compression == 0 || compression == 3;
    if (uncompressed && size.pixels() <= ImageReader.MAX_PIXELS) {
      long rowBytes = (width * bitsPerPixel + 31) / 32 * 4;
      file.need(pixelsAt, rowBytes * height);
    }
    return size;
  }
}
