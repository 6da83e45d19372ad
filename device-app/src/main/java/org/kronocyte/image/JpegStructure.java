package org.kronocyte.image;

import org.kronocyte.problem.ProblemException;

/** Walks a JPEG's segments and scans to its end-of-image marker (ITU-T T.81, annex B). */
final class JpegStructure {
  private static final int EOI = 0xD9;
  private static final int SOS = 0xDA;
  private static final int TEM = 0x01;

  private JpegStructure() {}

  /** Bytes after the end-of-image marker are allowed: phones and microscopes append data there. */
  static ImageHeader walk(Bytes file) throws ProblemException {
    ImageHeader size = null;
    boolean scanned = false;
    int at = 2;
    while (true) {
      if (at >= file.length()) {
        throw ImageProblems.truncated(
            file.name(), "no end-of-image marker in " + file.length() + " bytes");
      }
      if (file.u8(at) != 0xFF) {
        throw ImageProblems.corrupt(file.name(), "no JPEG marker at byte " + at);
      }
      int marker = file.u8(at + 1);
      if (marker == 0xFF) {
        at++;
        continue;
      }
      at += 2;
      if (marker == EOI) {
        break;
      }
      if (marker == TEM || isRestart(marker)) {
        continue;
      }
      int length = file.u16(at);
      file.need(at, length);
      if (isFrameHeader(marker)) {
        size = new ImageHeader(file.u16(at + 5), file.u16(at + 3));
      }
      at += Math.max(2, length);
      if (marker == SOS) {
        scanned = true;
        at = endOfScan(file, at);
      }
    }
    if (size == null || !scanned) {
      throw ImageProblems.corrupt(file.name(), "a JPEG without a picture in it");
    }
    return size;
  }

  /** The first byte pair of entropy-coded data that is a marker other than a restart. */
  private static int endOfScan(Bytes file, int from) {
    byte[] bytes = file.array();
    int at = from;
    while (at + 1 < bytes.length) {
      if (bytes[at] == (byte) 0xFF) {
        int next = bytes[at + 1] & 0xFF;
        if (next != 0 && next != 0xFF && !isRestart(next)) {
          return at;
        }
      }
      at++;
    }
    return bytes.length;
  }

  private static boolean isRestart(int marker) {
    return marker >= 0xD0 && marker <= 0xD7;
  }

  /** SOF0 to SOF15 without DHT (C4), JPG (C8) and DAC (CC). */
  private static boolean isFrameHeader(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }
}
