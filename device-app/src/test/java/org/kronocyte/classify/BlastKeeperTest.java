package org.kronocyte.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.kronocyte.image.Box;
import org.kronocyte.segment.SegmentedCell;

class BlastKeeperTest {
  private static ClassifiedCell cell(CellClass label, CellStatus status) {
    return new ClassifiedCell(
        new SegmentedCell(
            1, new Box(0, 0, 9, 9), 4, 4, 80, 60, 0.9, 0.9, OptionalDouble.empty(), false),
        new ClassifiedCell.Verdict(
            label,
            0.8,
            Map.of(label, 0.8),
            status,
            status == CellStatus.COUNTED ? "" : "some_reason"));
  }

  private static ClassifiedCell kept(ClassifiedCell calibrated, CellClass plain) {
    return kept(calibrated, cell(plain, CellStatus.COUNTED));
  }

  private static ClassifiedCell kept(ClassifiedCell calibrated, ClassifiedCell plain) {
    return BlastKeeper.keep(List.of(calibrated), List.of(plain)).get(0);
  }

  /** Whatever the calibration makes of a blast, it isn't counted as that. */
  @Test
  void aBlastIsNeverCountedAsAnotherCell() {
    for (CellClass label : CellClass.values()) {
      if (label != CellClass.BLA) {
        ClassifiedCell.Verdict verdict =
            kept(cell(label, CellStatus.COUNTED), CellClass.BLA).verdict();
        assertEquals(CellStatus.UNCERTAIN, verdict.status());
        assertEquals(BlastKeeper.REASON, verdict.reason());
        assertEquals(label, verdict.label());
        assertEquals(0.8, verdict.probability());
      }
    }
  }

  /** As a platelet, or as unlike the cells of training: what only the calibration says. */
  @Test
  void aBlastIsNotLostBecauseTheCalibrationRejectsIt() {
    for (CellClass label : List.of(CellClass.PLT, CellClass.BLA)) {
      for (CellStatus plain : List.of(CellStatus.COUNTED, CellStatus.UNCERTAIN)) {
        ClassifiedCell.Verdict verdict =
            kept(cell(label, CellStatus.REJECTED), cell(CellClass.BLA, plain)).verdict();
        assertEquals(CellStatus.UNCERTAIN, verdict.status());
        assertEquals(BlastKeeper.REASON, verdict.reason());
        assertEquals(label, verdict.label());
      }
    }
  }

  @Test
  void everythingElseStaysAsItIs() {
    ClassifiedCell blast = cell(CellClass.BLA, CellStatus.COUNTED);
    assertSame(blast, kept(blast, CellClass.BLA));
    assertSame(blast, kept(blast, CellClass.LYT));
    ClassifiedCell lymphocyte = cell(CellClass.LYT, CellStatus.COUNTED);
    assertSame(lymphocyte, kept(lymphocyte, CellClass.MON));
    ClassifiedCell rejected = cell(CellClass.LYT, CellStatus.REJECTED);
    assertSame(rejected, kept(rejected, CellClass.MON));
    assertSame(rejected, kept(rejected, cell(CellClass.BLA, CellStatus.REJECTED)));
    ClassifiedCell doubtful = cell(CellClass.LYT, CellStatus.UNCERTAIN);
    assertSame(doubtful, kept(doubtful, CellClass.BLA));
  }
}
