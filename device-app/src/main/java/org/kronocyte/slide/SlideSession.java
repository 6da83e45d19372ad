package org.kronocyte.slide;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kronocyte.classify.CellClass;
import org.kronocyte.classify.CellStatus;
import org.kronocyte.classify.ClassifiedCell;

/**
 * Counts one slide. Thread-safe.
 *
 * <p>Cells cut by the field's border are left out, so that a cell is never counted twice and large
 * cells are not favoured. In blood, erythroblasts are counted apart; in marrow they are part of the
 * differential (ICSH 2008).
 */
public final class SlideSession {
  private final String slide;
  private final Specimen specimen;
  private final Instant startedAt;
  private final int plannedCells;
  private final List<CellClass> classes;
  private final Map<CellClass, Integer> counts = new EnumMap<>(CellClass.class);
  private final Map<String, Integer> rejected = new TreeMap<>();
  private int fields;
  private int found;
  private int touchingEdge;
  private int uncertain;
  private int erythroblasts;
  private boolean simulated;

  /**
   * @param slide identifier, {@code [a-z0-9-]{1,40}}, never a patient's name
   * @param plannedCells how many cells make the slide complete, 0 for no plan
   * @param modelClasses what the classifier can say; those that can be counted make the
   *     differential's lines
   */
  public SlideSession(
      String slide,
      Specimen specimen,
      Instant startedAt,
      int plannedCells,
      List<CellClass> modelClasses) {
    if (!slide.matches("[a-z0-9-]{1,40}")) {
      throw new IllegalArgumentException("slide id '" + slide + "' is not [a-z0-9-]{1,40}");
    }
    this.slide = slide;
    this.specimen = specimen;
    this.startedAt = startedAt;
    this.plannedCells = plannedCells;
    this.classes = modelClasses.stream().filter(this::inDifferential).sorted().toList();
  }

  private boolean inDifferential(CellClass label) {
    return label.kind() == CellClass.Kind.WHITE_CELL
        || (label.kind() == CellClass.Kind.ERYTHROID && specimen == Specimen.MARROW);
  }

  /** Adds a field's cells to the tally. */
  public synchronized void add(FieldResult field) {
    fields++;
    simulated |= field.origin().simulated();
    for (ClassifiedCell cell : field.cells()) {
      count(cell);
    }
  }

  private void count(ClassifiedCell cell) {
    found++;
    ClassifiedCell.Verdict verdict = cell.verdict();
    if (cell.cell().touchesEdge()) {
      touchingEdge++;
    } else if (verdict.status() == CellStatus.REJECTED) {
      rejected.merge(verdict.reason(), 1, Integer::sum);
    } else if (verdict.status() == CellStatus.UNCERTAIN) {
      uncertain++;
    } else if (inDifferential(verdict.label())) {
      counts.merge(verdict.label(), 1, Integer::sum);
    } else {
      erythroblasts++;
    }
  }

  /** The slide as it stands. */
  public synchronized SlideSummary summary() {
    int counted = counts.values().stream().mapToInt(Integer::intValue).sum();
    int denominator = counted + uncertain;
    List<SlideSummary.DifferentialLine> lines = new ArrayList<>();
    for (CellClass label : classes) {
      int count = counts.getOrDefault(label, 0);
      // One more than the lines: the uncertain cells are a class of the denominator, too.
      Intervals.Interval interval = Intervals.simultaneous(count, denominator, classes.size() + 1);
      double percent = denominator == 0 ? 0 : 100.0 * count / denominator;
      lines.add(
          new SlideSummary.DifferentialLine(
              label, count, percent, 100 * interval.low(), 100 * interval.high()));
    }
    List<String> missing = missing(denominator);
    return new SlideSummary(
        slide,
        specimen,
        startedAt,
        missing.isEmpty(),
        missing,
        simulated,
        fields,
        found,
        touchingEdge,
        counted,
        uncertain,
        rejected,
        erythroblasts,
        lines);
  }

  private List<String> missing(int denominator) {
    if (fields == 0) {
      return List.of("no field was read");
    }
    if (denominator < plannedCells) {
      return List.of(denominator + " of " + plannedCells + " planned cells were counted");
    }
    return List.of();
  }
}
