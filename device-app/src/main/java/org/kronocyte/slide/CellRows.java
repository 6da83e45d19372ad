package org.kronocyte.slide;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.kronocyte.classify.CellClass;
import org.kronocyte.classify.CellStatus;
import org.kronocyte.classify.ClassifiedCell;
import org.kronocyte.image.Box;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.segment.SecondLook;
import org.kronocyte.segment.SegmentedCell;
import org.kronocyte.store.Row;
import org.kronocyte.store.Transaction;

/** Cells as rows; reading gives back exactly what was written. */
final class CellRows {
  private final Map<Integer, List<ClassifiedCell>> byField;

  private CellRows(Map<Integer, List<ClassifiedCell>> byField) {
    this.byField = byField;
  }

  static void insert(Transaction tx, long slide, int field, List<ClassifiedCell> cells)
      throws ProblemException {
    for (ClassifiedCell classified : cells) {
      SegmentedCell cell = classified.cell();
      ClassifiedCell.Verdict verdict = classified.verdict();
      tx.update(
          "INSERT INTO cell VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
          slide,
          field,
          cell.id(),
          cell.bbox().x(),
          cell.bbox().y(),
          cell.bbox().width(),
          cell.bbox().height(),
          cell.centroidX(),
          cell.centroidY(),
          cell.areaUm2(),
          cell.nucleusAreaUm2(),
          cell.circularity(),
          cell.solidity(),
          cell.nucleusContrast().isPresent() ? cell.nucleusContrast().getAsDouble() : null,
          cell.touchesEdge(),
          verdict.label().name(),
          verdict.probability(),
          probabilities(verdict.probabilities()),
          verdict.status().name(),
          verdict.reason(),
          cell.secondLook().map(SecondLook::name).orElse(null));
    }
  }

  static CellRows read(Transaction tx, long slide) throws ProblemException {
    Map<Integer, List<ClassifiedCell>> byField = new HashMap<>();
    tx.query(
        "SELECT * FROM cell WHERE slide = ? ORDER BY field, id",
        row -> byField.computeIfAbsent(row.number("field"), f -> new ArrayList<>()).add(cell(row)),
        slide);
    return new CellRows(byField);
  }

  List<ClassifiedCell> of(int field) {
    return byField.getOrDefault(field, List.of());
  }

  private static ClassifiedCell cell(Row row) throws ProblemException {
    OptionalDouble contrast = row.maybeReal("nucleus_contrast");
    SegmentedCell segmented =
        new SegmentedCell(
            row.number("id"),
            new Box(row.number("x"), row.number("y"), row.number("width"), row.number("height")),
            row.real("centroid_x"),
            row.real("centroid_y"),
            row.real("area_um2"),
            row.real("nucleus_area_um2"),
            row.real("circularity"),
            row.real("solidity"),
            contrast,
            row.flag("touches_edge"));
    Optional<SecondLook> look = row.maybeText("second_opinion").map(SecondLook::valueOf);
    return new ClassifiedCell(
        look.map(segmented::with).orElse(segmented),
        new ClassifiedCell.Verdict(
            CellClass.valueOf(row.text("label")),
            row.real("probability"),
            probabilities(row.text("probabilities")),
            CellStatus.valueOf(row.text("status")),
            row.text("reason")));
  }

  private static String probabilities(Map<CellClass, Double> values) {
    return values.entrySet().stream()
        .map(e -> e.getKey().name() + "=" + e.getValue())
        .collect(Collectors.joining(" "));
  }

  private static Map<CellClass, Double> probabilities(String text) {
    Map<CellClass, Double> values = new LinkedHashMap<>();
    for (String entry : text.isEmpty() ? new String[0] : text.split(" ", -1)) {
      String[] parts = entry.split("=", 2);
      values.put(CellClass.valueOf(parts[0]), Double.valueOf(parts[1]));
    }
    return values;
  }
}
