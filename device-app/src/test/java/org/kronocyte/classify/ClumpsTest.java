package org.kronocyte.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.kronocyte.image.Box;
import org.kronocyte.segment.SegmentedCell;

class ClumpsTest {
  private static SegmentedCell cell(double areaUm2, double solidity, boolean edge) {
    return new SegmentedCell(
        1, new Box(5, 5, 9, 9), 9, 9, areaUm2, 40, 0.9, solidity, OptionalDouble.of(3), edge);
  }

  @Test
  void hugeOrNotchedIsAClump() {
    Clumps alone = Clumps.among(List.of());
    assertTrue(alone.contains(cell(351, 0.97, false)));
    assertTrue(alone.contains(cell(230, 0.8, false)));
    assertFalse(alone.contains(cell(340, 0.97, false)), "a large round cell");
    assertFalse(alone.contains(cell(100, 0.7, false)), "a small ragged cell");
    assertFalse(alone.contains(cell(400, 0.7, true)), "cut by the border");
  }

  @Test
  void theFieldsOwnMedianCountsIfItIsLarger() {
    List<SegmentedCell> small = new ArrayList<>();
    List<SegmentedCell> large = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      small.add(cell(60, 0.97, false));
      large.add(cell(200, 0.97, false));
    }
    assertFalse(Clumps.among(small).contains(cell(300, 0.97, false)), "a monocyte");
    assertFalse(Clumps.among(large).contains(cell(480, 0.97, false)));
    assertTrue(Clumps.among(large).contains(cell(510, 0.97, false)));
  }

  @Test
  void whatWouldBeCountedIsUncountable() {
    Map<CellClass, Double> lymphocyte = Map.of(CellClass.LYT, 1.0);
    ClassifiedCell.Verdict verdict =
        DecisionRule.DEFAULT.decide(CellReading.of(lymphocyte), cell(400, 0.9, false), true);
    assertEquals(CellStatus.REJECTED, verdict.status());
    assertEquals("uncountable", verdict.reason());
    assertEquals(CellClass.LYT, verdict.label());
    ClassifiedCell.Verdict platelet =
        DecisionRule.DEFAULT.decide(
            CellReading.of(Map.of(CellClass.PLT, 1.0)), cell(400, 0.9, false), true);
    assertEquals("platelet", platelet.reason());
    assertEquals(
        CellStatus.COUNTED,
        DecisionRule.DEFAULT
            .decide(CellReading.of(lymphocyte), cell(99, 1, false), false)
            .status());
  }
}
