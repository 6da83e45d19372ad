package org.kronocyte.app;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.kronocyte.classify.CellCrops;
import org.kronocyte.problem.ProblemException;

/**
 * Crops of cells that wait to calibrate their site with the cells' diameters, a file a field, so
 * that they outlast a restart. Bounded: a slide gives a few dozen, and the oldest slide goes for a
 * new one. What is deleted is overwritten first. One thread at a time.
 */
final class SiteCrops {
  /** No slide is more than a third of the least that is learnt from, whatever is on it. */
  static final int MAX_PER_SLIDE = 60;

  /** Cells of many places, not of one. */
  static final int MAX_PER_FIELD = 8;

  private static final Pattern NAME =
      Pattern.compile("([0-9]{10})-([0-9]{6})-([0-9]{3})-([0-9]{7})\\.crops");

  private final Path folder;
  private final int sidePx;
  private final int cropBytes;
  private final int room;
  private final List<Field> fields = new ArrayList<>();

  private record Field(long slide, int number, int cells, double umPerPx, Path file) {}

  /** What there is. */
  record Totals(int cells, int fields, int slides) {}

  /**
   * @param folder of one model's crops; need not exist
   * @param room crops to keep at most
   */
  SiteCrops(Path folder, int sidePx, int room) throws ProblemException {
    this.folder = folder;
    this.sidePx = sidePx;
    this.cropBytes = sidePx * sidePx * 3;
    this.room = room;
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.sorted().toList()) {
          takeUp(file);
        }
      } catch (IOException e) {
        throw unusable(e);
      }
    }
  }

  /** A file that was cut short by a power cut, or is no such file, goes. */
  private void takeUp(Path file) throws IOException {
    Matcher name = NAME.matcher(file.getFileName().toString());
    if (name.matches()) {
      int cells = Integer.parseInt(name.group(3));
      if (Files.size(file) == bytes(cells)) {
        fields.add(
            new Field(
                Long.parseLong(name.group(1)),
                Integer.parseInt(name.group(2)),
                cells,
                Integer.parseInt(name.group(4)) / 1e6,
                file));
        return;
      }
    }
    Files.delete(file);
  }

  /** How many more cells a slide may give. */
  int wanted(long slide) {
    int have = fields.stream().filter(f -> f.slide() == slide).mapToInt(Field::cells).sum();
    return Math.min(MAX_PER_FIELD, MAX_PER_SLIDE - have);
  }

  /**
   * Keeps a field's crops.
   *
   * @param slide its key
   * @param cells with their diameters
   * @param umPerPx of the field they were cut from
   */
  void add(long slide, CellCrops cells, double umPerPx) throws ProblemException {
    int count = cells.count();
    try {
      Files.createDirectories(folder);
      int number = fields.stream().mapToInt(Field::number).max().orElse(0) + 1;
      Path file =
          folder.resolve(
              String.format(
                  Locale.ROOT,
                  "%010d-%06d-%03d-%07d.crops",
                  slide,
                  number,
                  count,
                  Math.round(umPerPx * 1e6)));
      ByteBuffer bytes = ByteBuffer.allocate(bytes(count));
      bytes.put(0, cells.pixels(), 0, count * cropBytes);
      for (int i = 0; i < count; i++) {
        bytes.putFloat(count * cropBytes + i * Float.BYTES, cells.diametersUm()[i]);
      }
      AtomicFile.write(file, bytes.array());
      fields.add(new Field(slide, number, count, umPerPx, file));
      while (totals().cells() > room) {
        wipe(fields.get(0));
      }
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  Totals totals() {
    return new Totals(
        fields.stream().mapToInt(Field::cells).sum(),
        fields.size(),
        (int) fields.stream().mapToLong(Field::slide).distinct().count());
  }

  /** Scale of the newest field. */
  double umPerPx() {
    return fields.get(fields.size() - 1).umPerPx();
  }

  /** All cells, the oldest first. */
  CellCrops load() throws ProblemException {
    int count = totals().cells();
    ByteBuffer pixels = ByteBuffer.allocateDirect(count * cropBytes);
    FloatBuffer diametersUm = FloatBuffer.allocate(count);
    try {
      for (Field field : fields) {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(field.file()));
        pixels.put(bytes.slice(0, field.cells() * cropBytes));
        diametersUm.put(bytes.position(field.cells() * cropBytes).asFloatBuffer());
      }
      return new CellCrops(pixels.clear(), count, sidePx, diametersUm.array());
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private int bytes(int cells) {
    return cells * (cropBytes + Float.BYTES);
  }

  /** Forgets the older half of the slides, so that others must come before there are enough. */
  void forgetHalf() throws ProblemException {
    List<Long> slides = fields.stream().map(Field::slide).distinct().sorted().toList();
    List<Long> old = slides.subList(0, (slides.size() + 1) / 2);
    forget(fields.stream().filter(f -> old.contains(f.slide())).toList());
  }

  void clear() throws ProblemException {
    forget(List.copyOf(fields));
  }

  private void forget(List<Field> old) throws ProblemException {
    try {
      for (Field field : old) {
        wipe(field);
      }
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private void wipe(Field field) throws IOException {
    fields.remove(field);
    try (FileChannel channel = FileChannel.open(field.file(), StandardOpenOption.WRITE)) {
      ByteBuffer zeros = ByteBuffer.allocate(bytes(field.cells()));
      while (zeros.hasRemaining()) {
        channel.write(zeros);
      }
      channel.force(false);
    }
    Files.delete(field.file());
  }

  private ProblemException unusable(IOException e) {
    return new ProblemException(
        "site_folder_unusable",
        "the folder " + folder + " can't be used (" + e + ")",
        "check its permissions and the free space",
        e);
  }
}
