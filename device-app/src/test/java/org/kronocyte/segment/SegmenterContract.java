package org.kronocyte.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kronocyte.camera.virtual.SmearRecipe;
import org.kronocyte.camera.virtual.TrueCell;
import org.kronocyte.camera.virtual.VirtualField;
import org.kronocyte.camera.virtual.VirtualSmear;
import org.kronocyte.image.Frame;
import org.kronocyte.image.Natives;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.Scale;
import org.kronocyte.image.TestPixels;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.quality.WhiteBalance;

/** What every engine that finds cells does. */
abstract class SegmenterContract {
  @BeforeAll
  static void load() throws Exception {
    Natives.load();
  }

  /** The engine under test; the same at every call. */
  abstract Segmenter segmenter() throws ProblemException;

  private Segmentation segment(OpticalDensity field, Scale scale) throws ProblemException {
    try (ResampledField resampled = segmenter().resample(field, scale)) {
      return segmenter().segment(resampled);
    }
  }

  private Segmentation segment(VirtualField field) throws ProblemException {
    try (Frame frame = TestPixels.frame(field);
        OpticalDensity density = WhiteBalance.of(frame).apply(frame)) {
      return segment(density, Scale.configured(field.umPerPx()));
    }
  }

  @Test
  void findsTheWhiteCellsOfVirtualFields() throws Exception {
    int found = 0;
    int all = 0;
    int spurious = 0;
    for (SmearRecipe recipe : List.of(SmearRecipe.blood(), SmearRecipe.leukaemicMarrow())) {
      VirtualSmear smear = new VirtualSmear(31, recipe);
      for (int i = 0; i < 4; i++) {
        VirtualField field = smear.field(i);
        List<SegmentedCell> cells = segment(field).cells();
        for (TrueCell truth : field.cells()) {
          if (!truth.touchesEdge()) {
            all++;
            found += cells.stream().anyMatch(c -> c.bbox().iou(truth.box()) >= 0.5) ? 1 : 0;
          }
        }
        spurious +=
            (int)
                cells.stream()
                    .filter(c -> c.nucleusAreaUm2() >= SegmentedCell.MIN_NUCLEUS_UM2)
                    .filter(c -> c.nucleusContrast().orElse(9) >= 1.4)
                    .filter(c -> field.cells().stream().noneMatch(t -> t.box().iou(c.bbox()) > 0.1))
                    .count();
      }
    }
    assertTrue(all > 30, "only " + all + " cells were drawn");
    assertTrue(found >= 0.8 * all, found + " of " + all + " cells found");
    assertTrue(spurious <= 0.2 * all, spurious + " things that are no cell beside " + all);
  }

  @Test
  void measuresWhatItFound() throws Exception {
    VirtualField field = new VirtualSmear(33, SmearRecipe.blood()).field(1);
    Segmentation seen = segment(field);
    assertTrue(!seen.cells().isEmpty());
    double um2PerPx =
        0.1 * seen.inputWidth() / seen.width() * 0.1 * seen.inputHeight() / seen.height();
    for (int i = 0; i < seen.cells().size(); i++) {
      SegmentedCell cell = seen.cells().get(i);
      assertEquals(i + 1, cell.id());
      int area = 0;
      boolean edge = false;
      for (int p = 0; p < seen.labels().length; p++) {
        if (seen.labels()[p] == cell.id()) {
          area++;
          int x = p % seen.width();
          int y = p / seen.width();
          edge |= x == 0 || y == 0 || x == seen.width() - 1 || y == seen.height() - 1;
          double left = (x + 0.5) * seen.inputWidth() / seen.width();
          double top = (y + 0.5) * seen.inputHeight() / seen.height();
          assertTrue(left > cell.bbox().x() && left < cell.bbox().x() + cell.bbox().width());
          assertTrue(top > cell.bbox().y() && top < cell.bbox().y() + cell.bbox().height());
        }
      }
      assertEquals(area * um2PerPx, cell.areaUm2(), 1e-6);
      assertTrue(cell.nucleusAreaUm2() >= 0 && cell.ncRatio() <= 1);
      assertEquals(edge, cell.touchesEdge());
    }
  }

  @Test
  void theSameFieldGivesTheSameCells() throws Exception {
    VirtualField field = new VirtualSmear(32, SmearRecipe.leukaemicMarrow()).field(2);
    Segmentation first = segment(field);
    Segmentation second = segment(field);
    assertEquals(first.cells(), second.cells());
    assertArrayEquals(first.labels(), second.labels());
    assertArrayEquals(first.prediction().classes(), second.prediction().classes());
    assertArrayEquals(MaskRenderer.mask(first), MaskRenderer.mask(second));
  }

  @Test
  void clearGlassHasNoCells() throws Exception {
    for (int[] size : new int[][] {{400, 300}, {41, 57}, {16, 16}}) {
      try (OpticalDensity glass =
          TestPixels.density(new byte[size[0] * size[1] * 3], size[0], size[1])) {
        assertEquals(List.of(), segment(glass, Scale.configured(0.25)).cells());
      }
    }
  }

  @Test
  void absurdScalesAreAProblem() throws Exception {
    try (OpticalDensity field = TestPixels.density(new byte[1000 * 800 * 3], 1000, 800);
        OpticalDensity strip = TestPixels.density(new byte[3000 * 12 * 3], 3000, 12)) {
      assertEquals("scale_implausible", problem(field, 2.0));
      assertEquals("scale_implausible", problem(strip, 0.25));
      segmenter().resample(field, Scale.configured(0.02)).close();
    }
  }

  private String problem(OpticalDensity field, double umPerPx) {
    return assertThrows(
            ProblemException.class,
            () -> segmenter().resample(field, Scale.configured(umPerPx)).close())
        .problem()
        .code();
  }

  /** What a day of fields would show as a slow climb shows here within seconds. */
  @Test
  void fieldsLeaveNothingBehind() throws Exception {
    SmearRecipe recipe = SmearRecipe.blood().withSize(640, 480);
    VirtualField field = new VirtualSmear(34, recipe).field(0);
    read(field, 100);
    System.gc();
    long before = TestPixels.residentBytes();
    read(field, 200);
    System.gc();
    long grown = TestPixels.residentBytes() - before;
    assertTrue(grown < 30 << 20, "grew by " + grown);
  }

  private void read(VirtualField field, int times) throws ProblemException {
    for (int i = 0; i < times; i++) {
      assertEquals(640 * 480, MaskRenderer.mask(segment(field)).length);
    }
  }
}
