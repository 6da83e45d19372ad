package org.kronocyte.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.kronocyte.image.Box;

class SecondOpinionTest {
  private static final int WIDTH = 36;
  private static final int HEIGHT = 24;

  /** A field of boxes, each with a nucleus of its own, perhaps none. */
  private static Segmentation field(List<Box> cells, List<Box> nuclei) {
    int[] labels = new int[WIDTH * HEIGHT];
    byte[] logits = new byte[WIDTH / 2 * (HEIGHT / 2) * 3];
    List<SegmentedCell> found = new ArrayList<>();
    for (int i = 0; i < WIDTH / 2 * (HEIGHT / 2); i++) {
      logits[3 * i] = 10;
    }
    for (int n = 0; n < cells.size(); n++) {
      int pixels = 0;
      for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
          if (inside(cells.get(n), x, y) && labels[y * WIDTH + x] == 0) {
            labels[y * WIDTH + x] = n + 1;
            int at = (y / 2 * (WIDTH / 2) + x / 2) * 3;
            logits[at + 1] = 20;
            if (inside(nuclei.get(n), x, y)) {
              logits[at + 2] = 30;
              pixels++;
            }
          }
        }
      }
      found.add(
          new SegmentedCell(
              n + 1, cells.get(n), 0, 0, 90, 2 * pixels, 1, 1, OptionalDouble.empty(), false));
    }
    Prediction prediction =
        new Prediction(WIDTH / 2, HEIGHT / 2, logits, new byte[WIDTH * HEIGHT / 4], 1);
    return new Segmentation(WIDTH, HEIGHT, WIDTH, HEIGHT, labels, found, prediction);
  }

  private static boolean inside(Box box, int x, int y) {
    return x >= box.x() && y >= box.y() && x < box.x() + box.width() && y < box.y() + box.height();
  }

  private static final Box NONE = new Box(0, 0, 0, 0);

  @Test
  void eachCellIsJudgedByItsNucleus() {
    Segmentation first =
        field(
            List.of(new Box(0, 0, 10, 10), new Box(12, 0, 10, 10), new Box(24, 0, 10, 10)),
            List.of(new Box(2, 2, 6, 6), new Box(14, 2, 6, 6), new Box(26, 2, 6, 6)));
    Segmentation second =
        field(
            List.of(new Box(2, 2, 6, 6), new Box(18, 2, 6, 6), new Box(2, 14, 8, 8)),
            List.of(new Box(2, 2, 6, 6), new Box(18, 2, 6, 6), new Box(2, 14, 8, 8)));
    SecondOpinion opinion = SecondOpinion.of(first, second);
    assertEquals(
        List.of(SecondLook.AGREES, SecondLook.DIFFERS, SecondLook.UNSEEN), opinion.looks());
    assertEquals(List.of(new Box(2, 14, 8, 8)), opinion.onlySecond());
    assertEquals(SecondLook.DIFFERS, first.with(opinion).cells().get(1).secondLook().orElseThrow());
  }

  @Test
  void aCellWithoutNucleusIsJudgedByAllOfIt() {
    Segmentation pale = field(List.of(new Box(0, 0, 10, 10)), List.of(NONE));
    Segmentation same = field(List.of(new Box(0, 0, 10, 8)), List.of(new Box(0, 0, 4, 4)));
    assertEquals(List.of(SecondLook.AGREES), SecondOpinion.of(pale, same).looks());
    assertEquals(List.of(), SecondOpinion.of(pale, same).onlySecond());
    // And a pale thing that only the second engine sees is no cell it would count.
    Segmentation nothing = field(List.of(), List.of());
    assertEquals(List.of(), SecondOpinion.of(nothing, pale).onlySecond());
    assertEquals(1, SecondOpinion.of(nothing, same).onlySecond().size());
  }

  /** A speck that is lost when outlines are drawn leaves a gap in the numbers. */
  @Test
  void numbersMayHaveGaps() {
    Box one = new Box(0, 0, 10, 10);
    Box other = new Box(12, 0, 10, 10);
    Segmentation whole = field(List.of(one, other), List.of(one, other));
    Segmentation gap = withoutFirst(whole);
    assertEquals(List.of(SecondLook.AGREES), SecondOpinion.of(gap, gap).looks());
    assertEquals(
        List.of(SecondLook.UNSEEN, SecondLook.AGREES), SecondOpinion.of(whole, gap).looks());
    assertEquals(List.of(one), SecondOpinion.of(gap, whole).onlySecond());
  }

  private static Segmentation withoutFirst(Segmentation field) {
    int[] labels = Arrays.stream(field.labels()).map(id -> id == 1 ? 0 : id).toArray();
    return new Segmentation(
        field.width(),
        field.height(),
        field.inputWidth(),
        field.inputHeight(),
        labels,
        field.cells().subList(1, field.cells().size()),
        field.prediction());
  }

  @Test
  void randomFieldsAgreeWithCountingPixels() {
    SplittableRandom random = new SplittableRandom(8);
    Set<SecondLook> seen = EnumSet.noneOf(SecondLook.class);
    for (int round = 0; round < 60; round++) {
      Segmentation a = random(random);
      Segmentation b = random(random);
      SecondOpinion opinion = SecondOpinion.of(a, b);
      for (int i = 0; i < a.cells().size(); i++) {
        SecondLook expected = slow(a, i + 1, b);
        seen.add(expected);
        assertEquals(expected, opinion.looks().get(i));
      }
    }
    assertEquals(EnumSet.allOf(SecondLook.class), seen);
  }

  private static Segmentation random(SplittableRandom random) {
    List<Box> cells = new ArrayList<>();
    List<Box> nuclei = new ArrayList<>();
    for (int n = random.nextInt(4); n >= 0; n--) {
      int x = random.nextInt(WIDTH - 10);
      int y = random.nextInt(HEIGHT - 10);
      cells.add(new Box(x, y, 4 + random.nextInt(6), 4 + random.nextInt(6)));
      nuclei.add(random.nextInt(4) == 0 ? NONE : new Box(x + 1, y + 1, 3 + random.nextInt(4), 4));
    }
    return field(cells, nuclei);
  }

  /** Predicted pixels of one cell, of its nucleus if it has one. */
  private static Set<Integer> pixels(Segmentation field, int id, boolean nucleus) {
    Set<Integer> out = new HashSet<>();
    for (int p = 0; p < WIDTH / 2 * (HEIGHT / 2); p++) {
      int label = field.labels()[p / (WIDTH / 2) * 2 * WIDTH + p % (WIDTH / 2) * 2];
      boolean dark = field.prediction().classes()[3 * p + 2] == 30;
      if (label == id && (dark || !nucleus)) {
        out.add(p);
      }
    }
    return out;
  }

  private static SecondLook slow(Segmentation a, int id, Segmentation b) {
    boolean nucleus = !pixels(a, id, true).isEmpty();
    Set<Integer> mine = pixels(a, id, nucleus);
    double best = 0;
    for (int other = 1; other <= b.cells().size(); other++) {
      Set<Integer> theirs = pixels(b, other, nucleus);
      Set<Integer> both = new HashSet<>(mine);
      both.retainAll(theirs);
      if (!both.isEmpty()) {
        best = Math.max(best, 2.0 * both.size() / (mine.size() + theirs.size()));
      }
    }
    return best == 0 ? SecondLook.UNSEEN : best >= 0.5 ? SecondLook.AGREES : SecondLook.DIFFERS;
  }

  @Test
  void twoFieldsCannotBeCompared() {
    Segmentation small =
        new Segmentation(
            2, 2, 2, 2, new int[4], List.of(), new Prediction(1, 1, new byte[3], new byte[1], 1));
    assertThrows(
        IllegalArgumentException.class, () -> SecondOpinion.of(small, field(List.of(), List.of())));
    assertTrue(SecondOpinion.of(small, small).looks().isEmpty());
  }
}
