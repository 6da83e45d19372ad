package org.kronocyte.evaluate;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The public image sets with hand-made truth that segmentation is judged on. */
public enum TruthSet {
  /** Blood fields in which every white cell is masked; also boxes. */
  BCCD("masks/bccd", 0.074, Kind.MASKS),
  /** Sharp crops of another laboratory; only the central cell is masked. */
  CELLAVISION("masks/cellavision", 0.09, Kind.CENTRAL_CELL),
  /** Crops in a rapid stain; only the central cell is masked. */
  JTSC("masks/jtsc", 0.17, Kind.CENTRAL_CELL),
  /** Marrow; regions of plasma cells, touching ones fused, other cells not drawn. */
  MYELOMA("masks/myeloma", 0.2, Kind.REGIONS),
  /** Phone-camera fields with boxes. */
  RAABIN("fields/raabin", 0.087, Kind.BOXES),
  /**
   * Ten fields of a leukaemia with bluish red cells, squeezed to squares. Every white cell was
   * boxed by eye, by one reader who is no haematologist: what is white, not of which class.
   */
  ALL_FIELDS("fields/all_fields", 0.18, Kind.MARKED);

  /** What the truth says. */
  enum Kind {
    MASKS,
    CENTRAL_CELL,
    REGIONS,
    BOXES,
    /** Boxes of a table that came with the program. */
    MARKED
  }

  /** Every how manieth image of a set that is trained on is held out. */
  private static final int FOLDS = 5;

  private final String folder;
  private final double umPerPx;
  private final Kind kind;

  TruthSet(String folder, double umPerPx, Kind kind) {
    this.folder = folder;
    this.umPerPx = umPerPx;
    this.kind = kind;
  }

  /** The set of a name, in any case. */
  public static Optional<TruthSet> named(String name) {
    return Arrays.stream(values())
        .filter(s -> s.id().equals(name.toLowerCase(Locale.ROOT)))
        .findFirst();
  }

  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The scale the set's description gives. */
  public double umPerPx() {
    return umPerPx;
  }

  /** Of the masks and labels, below the folder of data. */
  String folder() {
    return folder;
  }

  /** Of the images, below the folder of data. */
  String images() {
    return kind == Kind.MARKED ? folder : folder + "/images";
  }

  Kind kind() {
    return kind;
  }

  /**
   * Whether an image is kept out of training. Only BCCD is trained on: of {@code BloodImage_NNNNN}
   * those are held out whose number is a multiple of five.
   */
  boolean heldOut(String stem) {
    if (this != BCCD) {
      return true;
    }
    String digits = stem.replaceAll("\\D", "");
    return !digits.isEmpty() && Integer.parseInt(digits) % FOLDS == 0;
  }
}
