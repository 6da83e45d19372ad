package org.kronocyte.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TilePlanTest {
  @ParameterizedTest
  @CsvSource({"512, 16, 96", "512, 16, 0", "256, 16, 96", "128, 32, 96", "64, 2, 62"})
  void everyPositionIsKeptOnceAndFarFromCuts(int maxTile, int multiple, int overlap) {
    for (int length = 1; length < 3 * maxTile + 40; length++) {
      List<TilePlan.Span> spans = TilePlan.cut(length, maxTile, multiple, overlap);
      int[] kept = new int[length];
      for (int i = 0; i < spans.size(); i++) {
        TilePlan.Span span = spans.get(i);
        String what = length + ": " + span;
        assertEquals(0, span.size() % multiple, what);
        assertEquals(0, span.start() % multiple, what);
        assertTrue(span.size() <= maxTile, what);
        assertTrue(span.keepFrom() >= span.start(), what);
        assertTrue(span.keepTo() <= span.start() + span.size(), what);
        assertTrue(span.start() + span.size() < length + multiple, what);
        assertEquals(0, span.keepFrom() % 2, what);
        for (int p = span.keepFrom(); p < span.keepTo(); p++) {
          kept[p]++;
        }
        // At a cut the network saw at least half the overlap more, but for rounding to even.
        int margin = overlap / 2 - 2;
        if (i > 0) {
          assertTrue(span.keepFrom() - span.start() >= margin, what);
        }
        if (i < spans.size() - 1) {
          assertTrue(span.start() + span.size() - span.keepTo() >= margin, what);
        }
      }
      for (int p = 0; p < length; p++) {
        assertEquals(1, kept[p], length + ": position " + p);
      }
    }
  }

  @Test
  void whatFitsIsOneTile() {
    assertEquals(List.of(new TilePlan.Span(0, 512, 0, 512)), TilePlan.cut(512, 512, 16, 96));
    assertEquals(List.of(new TilePlan.Span(0, 336, 0, 321)), TilePlan.cut(321, 512, 16, 96));
    assertEquals(2, TilePlan.cut(513, 512, 16, 96).size());
  }
}
