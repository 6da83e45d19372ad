package org.kronocyte.evaluate;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.kronocyte.image.Box;
import org.kronocyte.image.Frame;
import org.kronocyte.image.ImageReader;
import org.kronocyte.problem.ProblemException;

/** Reads the truth of a set from the folder of data. One thread. */
public final class TruthReader {
  /** Of {@link TruthSet.Kind#MARKED}. */
  private static final String MARKED_TABLE = "all_fields_cells.csv";

  private final TruthSet set;
  private final Path folder;
  private final Path images;
  private final Map<String, List<Box>> boxes;

  /**
   * @param data the folder that holds {@code masks} and {@code fields}
   * @throws ProblemException {@code truth_missing} if the set isn't there
   */
  public TruthReader(TruthSet set, Path data) throws ProblemException {
    this.set = set;
    this.folder = data.resolve(set.folder());
    this.images = data.resolve(set.images());
    Path table = folder.resolve("boxes.csv");
    this.boxes =
        switch (set.kind()) {
          case MASKS -> table(table, lines(table));
          case MARKED -> table(Path.of(MARKED_TABLE), ownTable());
          default -> Map.of();
        };
  }

  /**
   * The set's images in sorted order.
   *
   * @param heldOutOnly leave out what is trained on
   */
  public List<Path> images(boolean heldOutOnly) throws ProblemException {
    try (Stream<Path> files = Files.list(images)) {
      return files
          .filter(f -> !f.getFileName().toString().startsWith("."))
          .filter(f -> !heldOutOnly || set.heldOut(Truth.stem(f)))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw missing(images, e);
    }
  }

  /** The truth of one of the images. */
  public Truth read(Path image) throws ProblemException {
    String stem = Truth.stem(image);
    if (set.kind() == TruthSet.Kind.BOXES || set.kind() == TruthSet.Kind.MARKED) {
      try (Frame frame = ImageReader.read(image)) {
        List<Box> cells =
            set.kind() == TruthSet.Kind.MARKED
                ? boxes.getOrDefault(stem, List.of())
                : yolo(
                    folder.resolve("labels").resolve(stem + ".txt"), frame.width(), frame.height());
        return new Truth(image, new byte[0], frame.width(), frame.height(), cells);
      }
    }
    GreyImage mask = GreyImage.read(folder.resolve("masks").resolve(stem + ".png"));
    return new Truth(
        image, mask.values(), mask.width(), mask.height(), boxes.getOrDefault(stem, List.of()));
  }

  /** Lines of class, centre and size as shares of the image; class 0 is a white cell. */
  private static List<Box> yolo(Path file, int width, int height) throws ProblemException {
    List<Box> out = new ArrayList<>();
    for (String line : lines(file)) {
      String[] v = line.strip().split("\\s+", -1);
      if (v[0].equals("0")) {
        try {
          double w = Double.parseDouble(v[3]) * width;
          double h = Double.parseDouble(v[4]) * height;
          double x = Double.parseDouble(v[1]) * width - w / 2;
          double y = Double.parseDouble(v[2]) * height - h / 2;
          out.add(box(x, y, x + w, y + h));
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
          throw invalid(file, line, e);
        }
      }
    }
    return out;
  }

  /** Rows of {@code image,label,xmin,ymin,xmax,ymax}; those of white cells by image. */
  private static Map<String, List<Box>> table(Path file, List<String> lines)
      throws ProblemException {
    Map<String, List<Box>> out = new HashMap<>();
    for (String line : lines) {
      String[] v = line.strip().split(",", -1);
      if (v.length == 6 && v[1].equals("WBC")) {
        try {
          out.computeIfAbsent(v[0], image -> new ArrayList<>())
              .add(
                  box(
                      Double.parseDouble(v[2]),
                      Double.parseDouble(v[3]),
                      Double.parseDouble(v[4]),
                      Double.parseDouble(v[5])));
        } catch (NumberFormatException e) {
          throw invalid(file, line, e);
        }
      }
    }
    return out;
  }

  private static Box box(double left, double top, double right, double bottom) {
    int x = (int) Math.rint(left);
    int y = (int) Math.rint(top);
    return new Box(
        x, y, Math.max(1, (int) Math.rint(right) - x), Math.max(1, (int) Math.rint(bottom) - y));
  }

  private static List<String> ownTable() throws ProblemException {
    try (InputStream table = TruthReader.class.getResourceAsStream(MARKED_TABLE)) {
      return new String(table.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw missing(Path.of(MARKED_TABLE), e);
    }
  }

  private static List<String> lines(Path file) throws ProblemException {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw missing(file, e);
    }
  }

  private static ProblemException missing(Path file, IOException e) {
    return new ProblemException(
        "truth_missing",
        "the truth " + file + " can't be read (" + e + ")",
        "name the folder of data with --data DIR or KRONOCYTE_DATA",
        e);
  }

  private static ProblemException invalid(Path file, String line, RuntimeException e) {
    return new ProblemException(
        "truth_invalid", file + " has the line '" + line + "'", "copy the set again", e);
  }
}
