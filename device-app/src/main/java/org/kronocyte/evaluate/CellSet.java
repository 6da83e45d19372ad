package org.kronocyte.evaluate;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.kronocyte.problem.ProblemException;

/**
 * Public sets of single labelled cells. {@code val} and {@code test} are rows of the two
 * laboratories the shipped classifier was trained with; the others gave no pixel to it, and theirs
 * are five classes, of which a neutrophil may be called segmented or band.
 */
public enum CellSet {
  /** Chose thresholds and temperature; measures nothing but the fit. */
  VAL("val", 0.15),
  /** Held out. */
  TEST("test", 0.15),
  LISC("lisc", 0.2),
  CELLAVISION("cellavision", 0.09),
  JTSC("jtsc", 0.17),
  /**
   * Cells in fields, named by eye by one reader who is no haematologist and had seen what
   * classifier 1.5.0 called them; four classes, for no neutrophil is among them.
   */
  RAABIN("raabin", 0.087);

  /** Image of {@code fields/raabin}, place in pixels, code of the class. */
  private static final String RAABIN_TABLE = "raabin_cells.csv";

  private static final List<String> FIVE =
      List.of("neutrophil", "lymphocyte", "monocyte", "eosinophil", "basophil");

  private static final Map<String, Set<String>> CODES =
      Map.of(
          "neutrophil", Set.of("NGS", "NGB"),
          "lymphocyte", Set.of("LYT"),
          "monocyte", Set.of("MON"),
          "eosinophil", Set.of("EOS"),
          "basophil", Set.of("BAS"));

  private final String id;
  private final double umPerPx;

  CellSet(String id, double umPerPx) {
    this.id = id;
    this.umPerPx = umPerPx;
  }

  /** Where a cell is in its image, in pixels from its left and upper edge. */
  public record Place(double x, double y) {}

  /**
   * One labelled cell.
   *
   * @param place empty if it is in the middle of the image
   * @param truth name of its class in the set
   * @param labels codes that are right for it
   */
  public record Cell(Path image, Optional<Place> place, String truth, Set<String> labels) {
    /** A cell in the middle of its image. */
    Cell(Path image, String truth, Set<String> labels) {
      this(image, Optional.empty(), truth, labels);
    }
  }

  /** Its word on the command line. */
  public String id() {
    return id;
  }

  /** Estimated scale of its images. */
  public double umPerPx() {
    return umPerPx;
  }

  /**
   * Its cells, in a fixed order.
   *
   * @param data the folder that holds {@code cells}, {@code masks} and {@code fields}
   * @throws ProblemException {@code truth_missing} if the set isn't there
   */
  public List<Cell> cells(Path data) throws ProblemException {
    try {
      List<Cell> found =
          switch (this) {
            case VAL, TEST -> split(data.resolve("cells"));
            case LISC -> folders(data.resolve("cells/lisc"));
            case CELLAVISION, JTSC -> table(data.resolve("masks").resolve(id));
            case RAABIN -> places(data.resolve("fields/raabin/images"));
          };
      if (found.isEmpty()) {
        throw new IOException("it has no cells");
      }
      return found;
    } catch (IOException | IllegalArgumentException e) {
      throw new ProblemException(
          "truth_missing",
          "the set '" + id + "' can't be read below " + data + " (" + e + ")",
          "name the folder that holds cells, masks and fields with --data DIR",
          e);
    }
  }

  private List<Cell> split(Path cells) throws IOException {
    List<Cell> out = new ArrayList<>();
    for (String line : Files.readAllLines(cells.resolve("split.csv"))) {
      String[] row = line.split(",", -1);
      if (row.length == 4 && row[3].equals(id)) {
        out.add(new Cell(cells.resolve(row[0]), row[1], Set.of(row[1])));
      }
    }
    return out;
  }

  private static List<Cell> folders(Path root) throws IOException {
    List<Cell> out = new ArrayList<>();
    for (String truth : FIVE) {
      try (Stream<Path> files = Files.list(root.resolve(truth))) {
        files.sorted().forEach(f -> out.add(new Cell(f, truth, CODES.get(truth))));
      }
    }
    return out;
  }

  /** Lines end with the class, 1 to 5, and begin with the image's number; others are headings. */
  private static List<Cell> table(Path root) throws IOException {
    List<Cell> out = new ArrayList<>();
    for (String line : Files.readAllLines(root.resolve("labels.csv"))) {
      String[] row = line.strip().split("\\s*,\\s*", -1);
      if (row[row.length - 1].matches("[1-5]")) {
        String truth = FIVE.get(Integer.parseInt(row[row.length - 1]) - 1);
        String name = String.format(Locale.ROOT, "images/%03d.jpg", Integer.parseInt(row[0]));
        out.add(new Cell(root.resolve(name), truth, CODES.get(truth)));
      }
    }
    return out;
  }

  /** Cells of the table that came with the program; one whose field is missing fails when read. */
  private static List<Cell> places(Path images) throws IOException {
    if (!Files.isDirectory(images)) {
      throw new IOException("there is no folder " + images);
    }
    List<Cell> out = new ArrayList<>();
    try (InputStream table = CellSet.class.getResourceAsStream(RAABIN_TABLE)) {
      for (String line :
          new String(table.readAllBytes(), StandardCharsets.UTF_8).lines().skip(1).toList()) {
        String[] row = line.split(",", -1);
        Path image = images.resolve(row[0] + ".jpg");
        Place place = new Place(Double.parseDouble(row[1]), Double.parseDouble(row[2]));
        String truth =
            FIVE.stream().filter(t -> CODES.get(t).contains(row[3])).findFirst().orElseThrow();
        out.add(new Cell(image, Optional.of(place), truth, CODES.get(truth)));
      }
    }
    return out;
  }
}
