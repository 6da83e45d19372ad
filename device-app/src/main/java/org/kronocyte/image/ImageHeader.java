package org.kronocyte.image;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.kronocyte.problem.ProblemException;

/**
 * Width and height of an encoded image, found by walking its structure to the end so that a
 * truncated file is known before a decoder fills the missing part with grey.
 *
 * <p>Parsed here and not by {@code javax.imageio}: the walk that finds the end meets the size on
 * its way, and nothing is decompressed.
 */
record ImageHeader(long width, long height) {
  ImageHeader {
    if (width < 0 || height < 0) {
      throw new IllegalArgumentException("negative size " + width + "x" + height);
    }
  }

  /** Width times height; can't overflow since both come from at most 32 bits. */
  long pixels() {
    return height != 0 && width > Long.MAX_VALUE / height ? Long.MAX_VALUE : width * height;
  }

  /** Tells the format by its first bytes, never by the file's name, and walks it. */
  static ImageHeader of(byte[] bytes, String name) throws ProblemException {
    if (bytes.length == 0) {
      throw ImageProblems.empty(name);
    }
    Bytes file = new Bytes(bytes, name);
    if (starts(bytes, 0xFF, 0xD8, 0xFF)) {
      return JpegStructure.walk(file);
    }
    if (starts(bytes, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n')) {
      return PngStructure.walk(file);
    }
    if (starts(bytes, 'I', 'I', 42, 0)) {
      return TiffStructure.walk(file.littleEndian());
    }
    if (starts(bytes, 'M', 'M', 0, 42)) {
      return TiffStructure.walk(file);
    }
    if (starts(bytes, 'B', 'M')) {
      return BmpStructure.walk(file.littleEndian());
    }
    throw ImageProblems.unknownFormat(
        name, "is no image this program knows; it begins with " + firstBytes(bytes));
  }

  private static boolean starts(byte[] bytes, int... magic) {
    if (bytes.length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if ((bytes[i] & 0xFF) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  private static String firstBytes(byte[] bytes) {
    int n = Math.min(bytes.length, 12);
    StringBuilder hex = new StringBuilder();
    for (int i = 0; i < n; i++) {
      hex.append(i == 0 ? "" : " ").append(String.format(Locale.ROOT, "%02X", bytes[i] & 0xFF));
    }
    String text = new String(bytes, 0, n, StandardCharsets.ISO_8859_1);
    boolean printable = text.chars().allMatch(c -> (c >= 32 && c < 127) || c == '\n' || c == '\t');
    return printable ? hex + " (\"" + text.replaceAll("\\s", " ") + "\")" : hex.toString();
  }
}
