package org.kronocyte.camera.virtual;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VirtualSmearTest {
  private static final SmearRecipe SMALL = SmearRecipe.leukaemicMarrow().withSize(480, 360);

  @Test
  void aFieldDependsOnlyOnSeedIndexAndView() {
    VirtualSmear one = new VirtualSmear(21, SMALL);
    VirtualSmear two = new VirtualSmear(21, SMALL);
    VirtualField late = one.field(5);
    two.field(9);
    VirtualField same = two.field(5);
    assertArrayEquals(late.bgr(), same.bgr());
    assertArrayEquals(late.mask(), same.mask());
    assertArrayEquals(late.instances(), same.instances());
    assertEquals(late.cells(), same.cells());
    assertFalse(Arrays.equals(late.bgr(), new VirtualSmear(22, SMALL).field(5).bgr()));
  }

  /** Sequential seeds of one generator can give one stream shifted: no cell may come again. */
  @Test
  void fieldsShareNoCells() {
    VirtualSmear smear = new VirtualSmear(3, SMALL);
    Set<Double> areas = new HashSet<>();
    int cells = 0;
    for (int i = 0; i < 12; i++) {
      for (TrueCell cell : smear.field(i).cells()) {
        if (!cell.touchesEdge()) {
          areas.add(cell.areaUm2() + 1e4 * cell.nucleusAreaUm2());
          cells++;
        }
      }
    }
    assertTrue(cells > 3, "cells " + cells);
    assertEquals(cells, areas.size());
  }

  /** The slow way: count the pixels of each cell again, cell by cell. */
  @Test
  void truthAgreesWithTheMask() {
    VirtualField field = new VirtualSmear(4, SMALL).field(1);
    assertFalse(field.cells().isEmpty());
    for (TrueCell cell : field.cells()) {
      int area = 0;
      int nucleus = 0;
      boolean edge = false;
      for (int y = 0; y < field.height(); y++) {
        for (int x = 0; x < field.width(); x++) {
          int at = y * field.width() + x;
          if (field.instances()[at] == cell.id()) {
            area++;
            nucleus += field.mask()[at] == 2 ? 1 : 0;
            edge |= x == 0 || y == 0 || x == field.width() - 1 || y == field.height() - 1;
            assertTrue(x >= cell.box().x() && x < cell.box().x() + cell.box().width());
            assertTrue(y >= cell.box().y() && y < cell.box().y() + cell.box().height());
          }
        }
      }
      assertEquals(area * 0.01, cell.areaUm2(), 1e-6);
      assertEquals(nucleus * 0.01, cell.nucleusAreaUm2(), 1e-6);
      assertEquals(edge, cell.touchesEdge());
      assertTrue(nucleus > 0 && nucleus < area, cell.toString());
    }
    for (int at = 0; at < field.mask().length; at++) {
      assertEquals(field.mask()[at] == 0, field.instances()[at] == 0);
    }
  }

  @ParameterizedTest
  @EnumSource(WhiteCellKind.class)
  void drawnAreaIsThatOfTheFormula(WhiteCellKind kind) {
    Film film = new Film(300, 300, 0.1);
    NoiseTile noise = new NoiseTile(1);
    for (int seed = 0; seed < 4; seed++) {
      film.clear();
      WhiteCell cell = new WhiteCell(kind, 15, 15, new SplittableRandom(seed));
      WhiteCellPainter.paint(film, noise, cell, 1);
      TrueCell truth = Census.of(film, List.of(cell)).get(0);
      double formula = cell.outline.areaUm2();
      assertEquals(formula, truth.areaUm2(), 0.05 * formula);
      double diameter = 2 * Math.sqrt(truth.areaUm2() / Math.PI);
      assertTrue(
          diameter > kind.size.minUm() * 0.95 && diameter < kind.size.maxUm() * 1.05,
          "diameter " + diameter);
    }
  }

  @ParameterizedTest
  @EnumSource(WhiteCellKind.class)
  void nucleiAreDenserThanCytoplasmAndCytoplasmThanBackground(WhiteCellKind kind) {
    SmearRecipe recipe = new SmearRecipe(Map.of(kind.name(), 1.0), 3, 0, 0, 0.1, 480, 360);
    VirtualSmear smear = new VirtualSmear(6, recipe);
    double[] sum = new double[3];
    long[] count = new long[3];
    for (int i = 0; i < 4; i++) {
      VirtualField field = smear.field(i);
      for (int at = 0; at < field.mask().length; at++) {
        // Green: every stain of a film absorbs there.
        sum[field.mask()[at]] -= Math.log10(((field.bgr()[at * 3 + 1] & 0xFF) + 1) / 256.0);
        count[field.mask()[at]]++;
      }
    }
    double background = sum[0] / count[0];
    double cytoplasm = sum[1] / count[1];
    double nucleus = sum[2] / count[2];
    assertTrue(cytoplasm > background + 0.05, cytoplasm + " over " + background);
    assertTrue(nucleus > cytoplasm + 0.15, nucleus + " over " + cytoplasm);
  }

  @Test
  void classesComeInTheAskedProportions() {
    SmearRecipe recipe = new SmearRecipe(SmearRecipe.blood().mix(), 4, 0, 0, 0.1, 1280, 960);
    Map<WhiteCellKind, Integer> seen = new EnumMap<>(WhiteCellKind.class);
    int cells = 0;
    for (int i = 0; i < 600; i++) {
      for (WhiteCell cell : new FieldLayout(recipe, new SplittableRandom(i)).whiteCells) {
        seen.merge(cell.kind, 1, Integer::sum);
        cells++;
      }
    }
    assertEquals(recipe.whiteCellsPerField(), cells / 600.0, 0.3);
    for (Map.Entry<String, Double> weight : recipe.mix().entrySet()) {
      double share = seen.getOrDefault(WhiteCellKind.valueOf(weight.getKey()), 0) / (double) cells;
      double p = weight.getValue();
      assertEquals(p, share, 4 * Math.sqrt(p * (1 - p) / cells), weight.getKey());
    }
  }

  @Test
  void redCellsAreSevenAndAHalfUmWide() {
    double sum = 0;
    double squares = 0;
    int n = 2000;
    for (int i = 0; i < n; i++) {
      RedCell cell = new RedCell(0, 0, new SplittableRandom(i * 7919L));
      double diameter = 2 * Math.sqrt(cell.outline.areaUm2() / Math.PI);
      sum += diameter;
      squares += diameter * diameter;
    }
    double mean = sum / n;
    assertEquals(7.5, mean, 0.05);
    assertEquals(0.4, Math.sqrt(squares / n - mean * mean), 0.05);
  }

  @Test
  void defocusTakesAwayDetail() {
    VirtualSmear smear = new VirtualSmear(8, SMALL);
    double sharp = gradient(smear.field(0));
    double soft = gradient(smear.field(0, new View(1.5, 0, 0, 0)));
    assertTrue(soft < 0.75 * sharp, soft + " of " + sharp);
  }

  @Test
  void aShiftMovesTheCells() {
    VirtualSmear smear = new VirtualSmear(8, SMALL);
    Map<Integer, TrueCell> before = new HashMap<>();
    smear.field(2).cells().forEach(cell -> before.put(cell.id(), cell));
    int compared = 0;
    for (TrueCell cell : smear.field(2, new View(0, 1, -0.5, 1)).cells()) {
      TrueCell was = before.get(cell.id());
      if (was != null && !was.touchesEdge() && !cell.touchesEdge()) {
        assertEquals(was.centreX() + 10, cell.centreX(), 0.2);
        assertEquals(was.centreY() - 5, cell.centreY(), 0.2);
        compared++;
      }
    }
    assertTrue(compared > 0, "no cell to compare");
  }

  @Test
  void anUnknownClassIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new SmearRecipe(Map.of("XYZ", 1.0), 1, 1, 1, 0.1, 640, 480));
    assertThrows(
        IllegalArgumentException.class,
        () -> new SmearRecipe(Map.of("NGS", 1.0), Double.NaN, 1, 1, 0.1, 640, 480));
  }

  private static double gradient(VirtualField field) {
    double sum = 0;
    for (int at = 8; at < field.mask().length; at++) {
      // Small steps are sensor noise.
      int step = (field.bgr()[at * 3 + 1] & 0xFF) - (field.bgr()[(at - 2) * 3 + 1] & 0xFF);
      sum += Math.abs(step) > 12 ? Math.abs(step) : 0;
    }
    return sum;
  }
}
