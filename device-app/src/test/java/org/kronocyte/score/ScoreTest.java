package org.kronocyte.score;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kronocyte.score.BoxScore.Pair;
import org.kronocyte.score.BoxScore.Rect;

/** The scores that judge the product, on cases small enough to count by hand. */
class ScoreTest {
  @Test
  void boxesOverlapByTheirSharedArea() {
    Rect a = new Rect(0, 0, 4, 2);
    assertEquals(1, a.iou(a));
    assertEquals(4.0 / 12, a.iou(new Rect(2, 0, 4, 2)), 1e-12);
    assertEquals(0, a.iou(new Rect(4, 0, 4, 2)));
    assertEquals(0, a.iou(new Rect(9, 9, 1, 1)));
  }

  @Test
  void eachBoxIsPairedOnceBestFirst() {
    List<Rect> truth = List.of(new Rect(0, 0, 10, 10), new Rect(100, 0, 10, 10));
    List<Rect> found =
        List.of(new Rect(0, 0, 10, 8), new Rect(0, 0, 10, 9), new Rect(106, 0, 10, 10));
    assertEquals(List.of(new Pair(0, 1, 0.9)), BoxScore.match(truth, found, 0.5));
  }

  @Test
  void diceIsPooledOverMasks() {
    DiceScore cell = new DiceScore(v -> v > 0);
    assertEquals(1, cell.value());
    cell.add(new int[] {0, 1, 2, 0}, new int[] {0, 2, 2, 2});
    assertEquals(4.0 / 5, cell.value(), 1e-12);
    cell.add(new int[] {1}, new int[] {0});
    assertEquals(4.0 / 6, cell.value(), 1e-12);
  }

  @Test
  void everyTrueClassWeighsTheSame() {
    LabelScore score = new LabelScore();
    for (int i = 0; i < 3; i++) {
      score.add("LYT", "LYT");
    }
    score.add("BAS", "LYT");
    score.add("MON", "MON");
    score.add("MON", "EOS");
    assertEquals(Map.of("LYT", 6.0 / 7, "BAS", 0.0, "MON", 2.0 / 3), score.f1());
    assertEquals((6.0 / 7 + 2.0 / 3) / 3, score.macroF1(), 1e-12);
    assertEquals(4.0 / 6, score.accuracy(), 1e-12);
  }
}
