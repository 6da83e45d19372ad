package org.kronocyte.image;

import java.util.HashMap;
import java.util.Map;
import org.kronocyte.problem.ProblemException;

/** Reads the first directory of a TIFF and checks that its strips or tiles are all there. */
final class TiffStructure {
  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int STRIP_OFFSETS = 273;
  private static final int STRIP_BYTES = 279;
  private static final int TILE_WIDTH = 322;
  private static final int TILE_HEIGHT = 323;
  private static final int TILE_OFFSETS = 324;
  private static final int TILE_BYTES = 325;
  private static final int ENTRY_BYTES = 12;

  private final Bytes file;

  /** Where each tag's entry begins; of a tag that comes twice, the first. */
  private final Map<Integer, Long> entries = new HashMap<>();

  private TiffStructure(Bytes file) throws ProblemException {
    this.file = file;
    long directory = file.u32(4);
    int count = file.u16(directory);
    for (int i = 0; i < count; i++) {
      long at = directory + 2 + (long) i * ENTRY_BYTES;
      entries.putIfAbsent(file.u16(at), at);
    }
  }

  static ImageHeader walk(Bytes file) throws ProblemException {
    TiffStructure tiff = new TiffStructure(file);
    ImageHeader size = new ImageHeader(tiff.value(WIDTH, 0), tiff.value(HEIGHT, 0));
    // A decoder allocates a whole tile, however small the image in it.
    ImageHeader tile = new ImageHeader(tiff.value(TILE_WIDTH, 0), tiff.value(TILE_HEIGHT, 0));
    if (tile.pixels() > ImageReader.MAX_PIXELS) {
      return tile;
    }
    tiff.needData(STRIP_OFFSETS, STRIP_BYTES);
    tiff.needData(TILE_OFFSETS, TILE_BYTES);
    return size;
  }

  private void needData(int offsetsTag, int bytesTag) throws ProblemException {
    long count = count(offsetsTag);
    if (count == 0 || count(bytesTag) != count) {
      return;
    }
    for (long i = 0; i < count; i++) {
      file.need(value(offsetsTag, i), value(bytesTag, i));
    }
  }

  private long count(int tag) throws ProblemException {
    long entry = entry(tag);
    return entry < 0 ? 0 : file.u32(entry + 4);
  }

  /** One value of a tag of type SHORT or LONG; 0 if the tag isn't there. */
  private long value(int tag, long index) throws ProblemException {
    long entry = entry(tag);
    if (entry < 0) {
      return 0;
    }
    int type = file.u16(entry + 2);
    int bytes =
        switch (type) {
          case 3 -> 2;
          case 4 -> 4;
          default ->
              throw ImageProblems.corrupt(file.name(), "TIFF tag " + tag + " has type " + type);
        };
    boolean inline = file.u32(entry + 4) * bytes <= 4;
    long at = (inline ? entry + 8 : file.u32(entry + 8)) + index * bytes;
    return bytes == 2 ? file.u16(at) : file.u32(at);
  }

  private long entry(int tag) {
    return entries.getOrDefault(tag, -1L);
  }
}
