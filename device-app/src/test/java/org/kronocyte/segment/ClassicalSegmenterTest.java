package org.kronocyte.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.Scale;
import org.kronocyte.image.TestPixels;
import org.kronocyte.problem.ProblemException;

class ClassicalSegmenterTest extends SegmenterContract {
  private static final int WIDTH = 240;
  private static final int HEIGHT = 200;
  private static final double UM_PER_PX = 0.25;

  private final Segmenter segmenter = Segmenter.classical();

  @Override
  Segmenter segmenter() {
    return segmenter;
  }

  /** A disc in all three densities. */
  private static void disc(byte[] rgb, double cx, double cy, double radiusUm, int density) {
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
      int row = i / WIDTH;
      if (Math.hypot(i % WIDTH + 0.5 - cx, row + 0.5 - cy) * UM_PER_PX <= radiusUm) {
        rgb[3 * i] = (byte) density;
        rgb[3 * i + 1] = (byte) density;
        rgb[3 * i + 2] = (byte) density;
      }
    }
  }

  /** A red cell absorbs blue and green, and hardly any red. */
  private static void redCell(byte[] rgb, double cx, double cy) {
    byte[] disc = new byte[rgb.length];
    disc(disc, cx, cy, 3.7, 60);
    for (int i = 0; i < disc.length; i += 3) {
      if (disc[i] != 0) {
        rgb[i] = 3;
        rgb[i + 1] = 45;
        rgb[i + 2] = 70;
      }
    }
  }

  private Segmentation segment(byte[] rgb) throws Exception {
    try (OpticalDensity field = TestPixels.density(rgb, WIDTH, HEIGHT)) {
      return segmenter.segment(new ResampledField(field, field, Scale.configured(UM_PER_PX)));
    }
  }

  /** The launcher gives 384 MiB: a field of 1 mm2 is read, but not with a second opinion. */
  @Test
  void aFieldThatTheHeapHasNoRoomForIsRefused() throws Exception {
    long heap = 384L << 20;
    Segmenter.requireRoom(4000, 4000, heap);
    ProblemException e =
        assertThrows(ProblemException.class, () -> Segmenter.requireRoom(4000, 4000, heap / 2));
    assertEquals("image_too_large", e.problem().code());
    assertTrue(e.problem().message().contains("4000 x 4000"), e.problem().message());
  }

  @Test
  void sizesOfDrawnCellsAreFoundAndTouchingOnesParted() throws Exception {
    byte[] rgb = new byte[WIDTH * HEIGHT * 3];
    for (int i = 0; i < 4; i++) {
      redCell(rgb, 30 + 50 * i, 165);
    }
    // Three cells of radius 6 um; two of them touch.
    double[][] centres = {{50, 60}, {140, 60}, {186, 64}};
    for (double[] c : centres) {
      disc(rgb, c[0], c[1], 6, 70);
    }
    for (double[] c : centres) {
      disc(rgb, c[0], c[1], 4, 190);
    }
    List<SegmentedCell> cells = segment(rgb).cells();
    assertEquals(3, cells.size(), cells.toString());
    for (SegmentedCell cell : cells) {
      // The watershed gives pixels on the pass to either side.
      assertEquals(Math.PI * 36, cell.areaUm2(), 0.2 * Math.PI * 36, cell.toString());
      assertEquals(Math.PI * 16, cell.nucleusAreaUm2(), 0.2 * Math.PI * 16, cell.toString());
    }
  }

  @Test
  void lobesInOneCytoplasmAreOneCell() throws Exception {
    byte[] rgb = new byte[WIDTH * HEIGHT * 3];
    disc(rgb, 100, 100, 6, 70);
    disc(rgb, 92, 94, 2.2, 190);
    disc(rgb, 108, 94, 2.2, 190);
    disc(rgb, 100, 109, 2.2, 190);
    List<SegmentedCell> cells = segment(rgb).cells();
    assertEquals(1, cells.size(), cells.toString());
    assertEquals(3 * Math.PI * 2.2 * 2.2, cells.get(0).nucleusAreaUm2(), 8);
  }

  @Test
  void agreementIsTheDiceOfTheNuclei() throws Exception {
    byte[] one = new byte[WIDTH * HEIGHT * 3];
    disc(one, 80, 100, 6, 70);
    disc(one, 80, 100, 4, 190);
    byte[] two = one.clone();
    disc(two, 170, 100, 6, 70);
    disc(two, 170, 100, 4, 190);
    Segmentation glass = segment(new byte[one.length]);
    assertEquals(1, Agreement.ofNuclei(glass, glass));
    assertEquals(1, Agreement.ofNuclei(segment(one), segment(one)));
    assertEquals(2.0 / 3, Agreement.ofNuclei(segment(one), segment(two)), 0.03);
    assertEquals(0, Agreement.ofNuclei(glass, segment(two)));
    try (OpticalDensity other = TestPixels.density(new byte[40 * 40 * 3], 40, 40)) {
      Segmentation small =
          segmenter.segment(new ResampledField(other, other, Scale.configured(UM_PER_PX)));
      assertThrows(IllegalArgumentException.class, () -> Agreement.ofNuclei(glass, small));
    }
    assertTrue(segment(two).cells().size() == 2);
  }
}
