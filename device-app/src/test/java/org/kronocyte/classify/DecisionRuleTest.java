package org.kronocyte.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.kronocyte.image.Box;
import org.kronocyte.segment.SegmentedCell;

class DecisionRuleTest {
  private static Map<CellClass, Double> probabilities(CellClass label, double p) {
    Map<CellClass, Double> all = new EnumMap<>(CellClass.class);
    double rest = (1 - p) / (CellClass.values().length - 1);
    for (CellClass c : CellClass.values()) {
      all.put(c, c == label ? p : rest);
    }
    return all;
  }

  /** Of a model without prediction sets. */
  private static ClassifiedCell.Verdict decide(CellClass label, double p, boolean nucleus) {
    return DecisionRule.DEFAULT.decide(CellReading.of(probabilities(label, p)), nucleus, false);
  }

  private static ClassifiedCell.Verdict decide(
      CellClass label, String possible, boolean unknown, boolean clump) {
    List<CellClass> set =
        possible.isEmpty()
            ? List.of()
            : Stream.of(possible.split(" ", -1)).map(CellClass::valueOf).toList();
    CellReading reading =
        new CellReading(
            probabilities(label, 0.4), Optional.of(set), OptionalDouble.of(0.7), unknown);
    return DecisionRule.DEFAULT.decide(reading, true, clump);
  }

  /**
   * What is counted is certain; what is unknown is never counted, whatever its class looks like.
   */
  @ParameterizedTest
  @CsvSource({
    "LYT, LYT, false, false, COUNTED, ''",
    "EBO, EBO, false, false, COUNTED, ''",
    "LYT, LYT BLA, false, false, UNCERTAIN, several_classes_possible",
    "LYT, BLA, false, false, UNCERTAIN, several_classes_possible",
    "LYT, '', false, false, UNCERTAIN, no_class_likely",
    "NIF, NIF, false, false, UNCERTAIN, not_identifiable",
    "LYT, LYT, true, false, REJECTED, unknown",
    "NIF, NIF, true, false, REJECTED, unknown",
    "LYT, LYT, true, true, REJECTED, uncountable",
    "LYT, LYT, false, true, REJECTED, uncountable",
    "PLT, PLT, true, true, REJECTED, platelet"
  })
  void predictionSetAndUnlikenessDecide(
      CellClass label,
      String possible,
      boolean unknown,
      boolean clump,
      CellStatus status,
      String reason) {
    ClassifiedCell.Verdict verdict = decide(label, possible, unknown, clump);
    assertEquals(status, verdict.status());
    assertEquals(reason, verdict.reason());
    assertEquals(label, verdict.label(), "the most probable class, whatever the status");
    assertEquals(0.4, verdict.probability());
    assertEquals(0.7, verdict.unlikeness().orElseThrow());
  }

  @ParameterizedTest
  @CsvSource({
    "LYT, 0.9, true, COUNTED, ''",
    "LYT, 0.5, true, COUNTED, ''",
    "LYT, 0.49, true, UNCERTAIN, low_probability",
    "EBO, 0.9, true, COUNTED, ''",
    "EBO, 0.3, true, UNCERTAIN, low_probability",
    "LYT, 0.9, false, REJECTED, no_nucleus",
    "NIF, 0.9, false, REJECTED, no_nucleus",
    "NIF, 0.9, true, UNCERTAIN, not_identifiable",
    "NIF, 0.2, true, UNCERTAIN, not_identifiable",
    "PLT, 0.9, true, REJECTED, platelet",
    "PLT, 0.2, false, REJECTED, platelet",
    "KSC, 0.6, true, REJECTED, smudge_cell",
    "ART, 0.6, true, REJECTED, artefact"
  })
  void statusFollows(CellClass label, double p, boolean nucleus, CellStatus status, String reason) {
    ClassifiedCell.Verdict verdict = decide(label, p, nucleus);
    assertEquals(label, verdict.label());
    assertEquals(p, verdict.probability());
    assertEquals(status, verdict.status());
    assertEquals(reason, verdict.reason());
    assertEquals(1, verdict.probabilities().values().stream().mapToDouble(d -> d).sum(), 1e-9);
  }

  /** A "nucleus" hardly denser than the red cells around it is a red cell. */
  @ParameterizedTest
  @CsvSource({"30, 1.41, COUNTED", "30, 1.39, REJECTED", "5.9, 3, REJECTED", "6, , COUNTED"})
  void aNucleusIsLargeAndDense(double nucleusUm2, Double contrast, CellStatus status) {
    OptionalDouble seen = contrast == null ? OptionalDouble.empty() : OptionalDouble.of(contrast);
    SegmentedCell cell =
        new SegmentedCell(1, new Box(1, 1, 9, 9), 5, 5, 60, nucleusUm2, 1, 1, seen, false);
    assertEquals(
        status,
        DecisionRule.DEFAULT
            .decide(CellReading.of(Map.of(CellClass.LYT, 1.0)), cell, false)
            .status());
  }

  /** Only white cells and erythroblasts are ever counted, and a reason is there unless they are. */
  @ParameterizedTest
  @EnumSource(CellClass.class)
  void onlyCellsAreCounted(CellClass label) {
    ClassifiedCell.Verdict verdict = decide(label, 0.99, true);
    boolean cell =
        label.kind() == CellClass.Kind.WHITE_CELL || label.kind() == CellClass.Kind.ERYTHROID;
    assertEquals(cell, verdict.status() == CellStatus.COUNTED);
    assertEquals(cell, verdict.reason().isEmpty());
  }

  @Test
  void codesFindTheirClass() {
    for (CellClass label : CellClass.values()) {
      assertEquals(label, CellClass.ofCode(label.name()).orElseThrow());
    }
    assertEquals(Optional.empty(), CellClass.ofCode("lyt"));
    assertEquals("uncertain", CellStatus.UNCERTAIN.code());
  }
}
