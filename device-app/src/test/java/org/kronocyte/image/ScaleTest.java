package org.kronocyte.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScaleTest {
  @ParameterizedTest
  @ValueSource(doubles = {0, -0.1, 0.0199, 2.01, Double.NaN, Double.POSITIVE_INFINITY})
  void impossibleScalesAreRefused(double umPerPx) {
    assertThrows(IllegalArgumentException.class, () -> Scale.configured(umPerPx));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.01, 1.01, Double.NaN})
  void confidenceIsAShare(double confidence) {
    assertThrows(
        IllegalArgumentException.class, () -> new Scale(0.1, Scale.Source.RED_CELLS, confidence));
  }

  @Test
  void limitsAreAllowedAndConfiguredIsSure() {
    assertEquals(0.02, Scale.configured(Scale.MIN_UM_PER_PX).umPerPx());
    assertEquals(2.0, Scale.configured(Scale.MAX_UM_PER_PX).umPerPx());
    assertEquals(new Scale(0.1, Scale.Source.CONFIGURED, 1), Scale.configured(0.1));
  }

  @Test
  void wordsInJson() {
    assertEquals("configured", Scale.Source.CONFIGURED.code());
    assertEquals("red_cells", Scale.Source.RED_CELLS.code());
    assertEquals("assumed", Scale.Source.ASSUMED.code());
  }
}
