package org.kronocyte.slide;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kronocyte.classify.CellClass;

/**
 * A slide's state at one moment; immutable, safe to hand to other threads.
 *
 * @param slide identifier, {@code [a-z0-9-]}, never a patient's name
 * @param accession the laboratory's number, if one was given
 * @param siteCalibration what its cells were named with, as in {@link SlidePlan}
 * @param startedAt first moment of the session
 * @param plannedCells how many cells make the slide complete, 0 for no plan
 * @param complete everything planned was captured, segmented, counted and stored
 * @param missing what is not, as sentences; empty if complete
 * @param simulated any field came from the virtual microscope
 * @param fields fields read
 * @param cellsFound every segmented cell
 * @param touchingEdge left out of the tally because the field's border cuts them
 * @param counted cells in the denominator with a class
 * @param uncertain cells in the denominator whose class is unknown
 * @param rejected cells left out, by reason code
 * @param erythroblasts in blood: counted apart, per 100 white cells; in marrow part of the
 *     differential
 * @param differential one line a class of the model that can be counted, in code order
 */
public record SlideSummary(
    String slide,
    Specimen specimen,
    Optional<Accession> accession,
    Optional<String> siteCalibration,
    Instant startedAt,
    int plannedCells,
    boolean complete,
    List<String> missing,
    boolean simulated,
    int fields,
    int cellsFound,
    int touchingEdge,
    int counted,
    int uncertain,
    Map<String, Integer> rejected,
    int erythroblasts,
    List<DifferentialLine> differential) {
  public SlideSummary {
    missing = List.copyOf(missing);
    rejected = Map.copyOf(rejected);
    differential = List.copyOf(differential);
  }

  /** Counted and uncertain cells: what percentages are of. */
  public int denominator() {
    return counted + uncertain;
  }

  /**
   * One class's share.
   *
   * @param label class
   * @param count cells
   * @param percent of the denominator
   * @param low95 lower end of the simultaneous 95 % interval, percent
   * @param high95 upper end, percent
   */
  public record DifferentialLine(
      CellClass label, int count, double percent, double low95, double high95) {}
}
