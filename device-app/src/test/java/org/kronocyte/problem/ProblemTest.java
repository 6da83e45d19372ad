package org.kronocyte.problem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemTest {
  @Test
  void sentenceIsMessageAndRemedy() {
    Problem problem = new Problem("image_truncated", "a.jpg ends at byte 17", "copy it again");
    assertEquals("a.jpg ends at byte 17; copy it again", problem.sentence());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Image", "image truncated", "1image", "_image", "bild-kaputt"})
  void codesAreStableWords(String code) {
    assertThrows(IllegalArgumentException.class, () -> new Problem(code, "message", "remedy"));
  }

  @Test
  void partsAreNeeded() {
    assertThrows(NullPointerException.class, () -> new Problem("code", null, "remedy"));
    assertThrows(NullPointerException.class, () -> new Problem("code", "message", null));
  }

  @Test
  void exceptionCarriesTheProblemAndItsCause() {
    IllegalStateException cause = new IllegalStateException("deep");
    ProblemException thrown = new ProblemException("code", "message", "remedy", cause);
    assertEquals(new Problem("code", "message", "remedy"), thrown.problem());
    assertEquals("message; remedy", thrown.getMessage());
    assertSame(cause, thrown.getCause());
    assertEquals(thrown.problem(), new ProblemException("code", "message", "remedy").problem());
  }
}
