package org.kronocyte.slide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kronocyte.classify.CellClass;
import org.kronocyte.classify.CellStatus;
import org.kronocyte.classify.ClassifiedCell;
import org.kronocyte.image.Box;
import org.kronocyte.image.FrameOrigin;
import org.kronocyte.image.Scale;
import org.kronocyte.quality.QualityReport;
import org.kronocyte.segment.SegmentedCell;

class SlideSessionTest {
  private static final List<CellClass> CLASSES =
      List.of(
          CellClass.PLT, CellClass.LYT, CellClass.BAS, CellClass.EBO, CellClass.NGS, CellClass.NIF);

  private static SlideSession session(Specimen specimen, int planned) {
    return new SlideSession("slide-1", specimen, Instant.EPOCH, planned, CLASSES);
  }

  private static ClassifiedCell cell(
      CellClass label, CellStatus status, String reason, boolean edge) {
    return new ClassifiedCell(
        new SegmentedCell(1, new Box(5, 5, 9, 9), 9, 9, 60, 30, 1, 1, OptionalDouble.empty(), edge),
        new ClassifiedCell.Verdict(label, 0.9, Map.of(label, 0.9), status, reason));
  }

  private static ClassifiedCell counted(CellClass label) {
    return cell(label, CellStatus.COUNTED, "", false);
  }

  private static FieldResult field(FrameOrigin.Kind kind, List<ClassifiedCell> cells) {
    return new FieldResult(
        new FrameOrigin("a", kind),
        Instant.EPOCH,
        100,
        100,
        Scale.configured(0.1),
        new QualityReport(50, true, List.of()),
        cells);
  }

  private static SlideSummary after(SlideSession session, ClassifiedCell... cells) {
    session.add(field(FrameOrigin.Kind.LIVE, List.of(cells)));
    return session.summary();
  }

  private static Map<CellClass, Integer> counts(SlideSummary summary) {
    Map<CellClass, Integer> out = new EnumMap<>(CellClass.class);
    summary.differential().forEach(line -> out.put(line.label(), line.count()));
    return out;
  }

  @Test
  void inBloodErythroblastsAreCountedApart() {
    SlideSummary blood =
        after(
            session(Specimen.BLOOD, 0),
            counted(CellClass.LYT),
            counted(CellClass.EBO),
            counted(CellClass.EBO));
    assertEquals(2, blood.erythroblasts());
    assertEquals(1, blood.counted());
    assertEquals(Map.of(CellClass.BAS, 0, CellClass.LYT, 1, CellClass.NGS, 0), counts(blood));
  }

  @Test
  void inMarrowErythroblastsAreInTheDifferential() {
    SlideSummary marrow =
        after(session(Specimen.MARROW, 0), counted(CellClass.LYT), counted(CellClass.EBO));
    assertEquals(0, marrow.erythroblasts());
    assertEquals(2, marrow.denominator());
    assertEquals(1, counts(marrow).get(CellClass.EBO));
    assertEquals(
        List.of(CellClass.BAS, CellClass.EBO, CellClass.LYT, CellClass.NGS),
        marrow.differential().stream().map(SlideSummary.DifferentialLine::label).toList());
  }

  /** A cut cell is left out whatever it is; it would be counted twice or too seldom. */
  @Test
  void cutCellsAreLeftOut() {
    SlideSummary seen =
        after(
            session(Specimen.BLOOD, 0),
            cell(CellClass.LYT, CellStatus.COUNTED, "", true),
            cell(CellClass.EBO, CellStatus.COUNTED, "", true),
            cell(CellClass.LYT, CellStatus.UNCERTAIN, "low_probability", true),
            cell(CellClass.PLT, CellStatus.REJECTED, "platelet", true),
            counted(CellClass.NGS));
    assertEquals(5, seen.cellsFound());
    assertEquals(4, seen.touchingEdge());
    assertEquals(1, seen.denominator());
    assertEquals(0, seen.uncertain());
    assertEquals(0, seen.erythroblasts());
    assertEquals(Map.of(), seen.rejected());
  }

  @Test
  void uncertainCellsStayInTheDenominator() {
    SlideSummary seen =
        after(
            session(Specimen.BLOOD, 0),
            counted(CellClass.LYT),
            cell(CellClass.LYT, CellStatus.UNCERTAIN, "low_probability", false),
            cell(CellClass.NIF, CellStatus.UNCERTAIN, "not_identifiable", false),
            cell(CellClass.PLT, CellStatus.REJECTED, "platelet", false),
            cell(CellClass.LYT, CellStatus.REJECTED, "no_nucleus", false),
            cell(CellClass.NGS, CellStatus.REJECTED, "no_nucleus", false));
    assertEquals(3, seen.denominator());
    assertEquals(2, seen.uncertain());
    assertEquals(Map.of("platelet", 1, "no_nucleus", 2), seen.rejected());
    SlideSummary.DifferentialLine line = seen.differential().get(1);
    assertEquals(100 / 3.0, line.percent(), 1e-9);
    // Three classes and the unidentified share the level.
    Intervals.Interval interval = Intervals.simultaneous(1, 3, 4);
    assertEquals(100 * interval.low(), line.low95(), 1e-9);
    assertEquals(100 * interval.high(), line.high95(), 1e-9);
  }

  /** The slow way: a random slide counted again with filters. */
  @ParameterizedTest
  @EnumSource(Specimen.class)
  void tallyIsThatOfAPlainCount(Specimen specimen) {
    SplittableRandom random = new SplittableRandom(9);
    List<ClassifiedCell> all = new ArrayList<>();
    List<CellStatus> statuses = List.of(CellStatus.values());
    SlideSession session = session(specimen, 0);
    for (int f = 0; f < 20; f++) {
      List<ClassifiedCell> cells = new ArrayList<>();
      for (int i = random.nextInt(15); i > 0; i--) {
        CellStatus status = statuses.get(random.nextInt(3));
        CellClass label =
            status == CellStatus.COUNTED
                ? List.of(CellClass.LYT, CellClass.BAS, CellClass.EBO).get(random.nextInt(3))
                : CLASSES.get(random.nextInt(CLASSES.size()));
        cells.add(cell(label, status, "reason", random.nextInt(4) == 0));
      }
      all.addAll(cells);
      session.add(field(FrameOrigin.Kind.STORED, cells));
    }
    SlideSummary seen = session.summary();
    List<ClassifiedCell> inner = all.stream().filter(c -> !c.cell().touchesEdge()).toList();
    assertEquals(20, seen.fields());
    assertEquals(all.size(), seen.cellsFound());
    assertEquals(all.size() - inner.size(), seen.touchingEdge());
    assertEquals(with(inner, CellStatus.UNCERTAIN), seen.uncertain());
    assertEquals(with(inner, CellStatus.REJECTED), (long) seen.rejected().get("reason"));
    assertEquals(with(inner, CellStatus.COUNTED), seen.counted() + seen.erythroblasts());
    for (SlideSummary.DifferentialLine line : seen.differential()) {
      long count =
          inner.stream()
              .filter(c -> c.verdict().status() == CellStatus.COUNTED)
              .filter(c -> c.verdict().label() == line.label())
              .count();
      assertEquals(count, line.count());
      assertTrue(line.low95() <= line.percent() && line.percent() <= line.high95());
    }
  }

  private static long with(List<ClassifiedCell> cells, CellStatus status) {
    return cells.stream().filter(c -> c.verdict().status() == status).count();
  }

  @Test
  void oneSimulatedFieldMarksTheWholeSlide() {
    SlideSession session = session(Specimen.BLOOD, 0);
    session.add(field(FrameOrigin.Kind.LIVE, List.of()));
    session.add(field(FrameOrigin.Kind.STORED, List.of()));
    assertFalse(session.summary().simulated());
    session.add(field(FrameOrigin.Kind.SIMULATED, List.of()));
    session.add(field(FrameOrigin.Kind.LIVE, List.of()));
    assertTrue(session.summary().simulated());
  }

  @Test
  void completeWhenThePlanIsFulfilled() {
    SlideSession session = session(Specimen.BLOOD, 2);
    assertEquals(List.of("no field was read"), session.summary().missing());
    assertEquals(
        List.of("1 of 2 planned cells were counted"),
        after(session, counted(CellClass.LYT)).missing());
    SlideSummary done =
        after(session, cell(CellClass.NIF, CellStatus.UNCERTAIN, "not_identifiable", false));
    assertTrue(done.complete());
    assertEquals(List.of(), done.missing());
    assertTrue(after(session(Specimen.BLOOD, 0)).complete());
  }

  @Test
  void anEmptySlideKnowsNothing() {
    for (SlideSummary.DifferentialLine line :
        session(Specimen.MARROW, 0).summary().differential()) {
      assertEquals(0, line.percent());
      assertEquals(0, line.low95());
      assertEquals(100, line.high95());
    }
  }

  @Test
  void aSummaryIsASnapshot() {
    SlideSession session = session(Specimen.BLOOD, 0);
    SlideSummary before = session.summary();
    after(session, cell(CellClass.PLT, CellStatus.REJECTED, "platelet", false));
    assertEquals(0, before.fields());
    assertEquals(Map.of(), before.rejected());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Anna Muster", "slide_1", "../x", "a+b", "A1"})
  void slideIdsAreHarmless(String id) {
    assertThrows(
        IllegalArgumentException.class,
        () -> new SlideSession(id, Specimen.BLOOD, Instant.EPOCH, 0, CLASSES));
    assertThrows(
        IllegalArgumentException.class,
        () -> new SlideSession("a".repeat(41), Specimen.BLOOD, Instant.EPOCH, 0, CLASSES));
  }
}
