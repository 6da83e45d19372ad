package org.kronocyte.classify;

import java.util.Arrays;
import java.util.Optional;

/** Cell classes by the codes of the Munich bone-marrow set, in the order of their codes. */
public enum CellClass {
  ART("artefact", Kind.NOT_A_CELL),
  BAS("basophil", Kind.WHITE_CELL),
  BLA("blast", Kind.WHITE_CELL),
  EBO("erythroblast", Kind.ERYTHROID),
  EOS("eosinophil", Kind.WHITE_CELL),
  KSC("smudge cell", Kind.NOT_A_CELL),
  LYT("lymphocyte", Kind.WHITE_CELL),
  MMZ("metamyelocyte", Kind.WHITE_CELL),
  MON("monocyte", Kind.WHITE_CELL),
  MYB("myelocyte", Kind.WHITE_CELL),
  NGB("band neutrophil", Kind.WHITE_CELL),
  NGS("segmented neutrophil", Kind.WHITE_CELL),
  NIF("not identifiable", Kind.UNIDENTIFIED),
  PLM("plasma cell", Kind.WHITE_CELL),
  PLT("platelet", Kind.NOT_A_CELL),
  PMO("promyelocyte", Kind.WHITE_CELL);

  /** How a class enters a differential. */
  public enum Kind {
    /** Counted in blood and marrow. */
    WHITE_CELL,
    /** Part of all nucleated cells in marrow; reported per 100 white cells in blood. */
    ERYTHROID,
    /** A white cell of unknown kind: stays in the total as unidentified. */
    UNIDENTIFIED,
    /** Never counted. */
    NOT_A_CELL
  }

  private final String displayName;
  private final Kind kind;

  CellClass(String displayName, Kind kind) {
    this.displayName = displayName;
    this.kind = kind;
  }

  /** English name, lower case. */
  public String displayName() {
    return displayName;
  }

  public Kind kind() {
    return kind;
  }

  /** The class of a three-letter code, if there is one. */
  public static Optional<CellClass> ofCode(String code) {
    return Arrays.stream(values()).filter(c -> c.name().equals(code)).findFirst();
  }
}
