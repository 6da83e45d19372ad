package org.kronocyte.slide;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private final SlidePlan plan;
  private final List<CellClass> classes;
  private final Map<CellClass, Integer> counts = new EnumMap<>(CellClass.class);
  private final Map<String, Integer> rejected = new TreeMap<>();
  private int fields;
  private int found;
  private int touchingEdge;
  private int uncertain;
  private int erythroblasts;
  private int failedFields;
  private boolean simulated;

  public SlideSession(SlidePlan plan) {
    this.plan = plan;
    this.classes = plan.modelClasses().stream().filter(this::inDifferential).sorted().toList();
  }

  /** A session of a slide without an accession number. */
  public SlideSession(
      String slide,
      Specimen specimen,
      Instant startedAt,
      int plannedCells,
      List<CellClass> modelClasses) {
    this(new SlidePlan(slide, specimen, Optional.empty(), startedAt, plannedCells, modelClasses));
  }

  private SlideSession(SlideSession other) {
    this(other.plan);
    counts.putAll(other.counts);
    rejected.putAll(other.rejected);
    fields = other.fields;
    found = other.found;
    touchingEdge = other.touchingEdge;
    uncertain = other.uncertain;
    erythroblasts = other.erythroblasts;
    failedFields = other.failedFields;
    simulated = other.simulated;
  }

  private boolean inDifferential(CellClass label) {
    return label.kind() == CellClass.Kind.WHITE_CELL
        || (label.kind() == CellClass.Kind.ERYTHROID && plan.specimen() == Specimen.MARROW);
  }

  /** What is being counted. */
  public SlidePlan plan() {
    return plan;
  }

  /** The session as it would be with one more field; this one stays as it is. */
  public synchronized SlideSession with(FieldResult field) {
    SlideSession next = new SlideSession(this);
    next.add(field);
    return next;
  }

  /** Accepted fields that could not be read leave the slide incomplete. */
  public synchronized void setFailedFields(int number) {
    failedFields = number;
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
        plan.slide(),
        plan.specimen(),
        plan.accession(),
        plan.siteCalibration(),
        plan.startedAt(),
        plan.plannedCells(),
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
    List<String> missing = new ArrayList<>();
    if (fields == 0) {
      missing.add("no field was read");
    } else if (denominator < plan.plannedCells()) {
      missing.add(denominator + " of " + plan.plannedCells() + " planned cells were counted");
    }
    if (failedFields > 0) {
      missing.add(failedFields + " fields could not be read");
    }
    return missing;
  }
}
