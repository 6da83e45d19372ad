package org.kronocyte.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SurenessTest {
  @Test
  void isTheMeanLeadInCellPixels() {
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < 30; round++) {
      int pixels = 1 + random.nextInt(40);
      byte[] logits = new byte[3 * pixels];
      random.nextBytes(logits);
      double sum = 0;
      int cell = 0;
      for (int p = 0; p < pixels; p++) {
        int[] values = new int[3];
        for (int c = 0; c < 3; c++) {
          values[c] = logits[3 * p + c] & 0xff;
        }
        int background = values[0];
        Arrays.sort(values);
        if (values[2] != background) {
          cell++;
          sum += values[2] - values[1];
        }
      }
      Prediction prediction = new Prediction(pixels, 1, logits, new byte[pixels], 1);
      assertEquals(cell == 0 ? 0 : sum / cell, Sureness.of(prediction, 1), 1e-9);
      assertEquals(0, Sureness.of(prediction, cell + 1));
    }
  }
}
