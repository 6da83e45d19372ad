package org.kronocyte.slide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kronocyte.problem.Problem;
import org.kronocyte.problem.ProblemException;

class AccessionTest {
  @ParameterizedTest
  @ValueSource(strings = {"123", "H26-01234", "BM2026/0012", "LAB-26.0001", "A1B2C3D4"})
  void numbersOfLaboratoriesPass(String number) throws ProblemException {
    assertEquals(number, Accession.of(number).number());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "12",
        "JANE",
        "JANE DOE",
        "JANE-DOE-1234",
        "MUELLER1980",
        "h26-01234",
        "-1234",
        "H26,01234",
        "=1234",
        "H26\n01234",
        "1234567890123456789012345"
      })
  void namesAndOddShapesDoNot(String text) {
    assertThrows(IllegalArgumentException.class, () -> new Accession(text));
    assertThrows(ProblemException.class, () -> Accession.of(text));
  }

  /** It may be a name after all, so it doesn't get into a log. */
  @Test
  void refusedTextIsNotRepeated() {
    Problem problem =
        assertThrows(ProblemException.class, () -> Accession.of("Jane Doe")).problem();
    assertFalse(problem.sentence().contains("Jane"));
  }
}
