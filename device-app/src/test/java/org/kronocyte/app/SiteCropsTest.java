package org.kronocyte.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.classify.CellCrops;

class SiteCropsTest {
  private static final int SIDE = 2;
  private static final int BYTES = SIDE * SIDE * 3;

  @TempDir Path dir;

  private SiteCrops open() throws Exception {
    return new SiteCrops(dir.resolve("c"), SIDE, 100);
  }

  /** Cells of one value, and of that diameter. */
  private static CellCrops filled(int with, int count) {
    ByteBuffer pixels = ByteBuffer.allocateDirect(8 * BYTES);
    while (pixels.hasRemaining()) {
      pixels.put((byte) with);
    }
    float[] diameters = new float[8];
    Arrays.fill(diameters, with + 0.5f);
    return new CellCrops(pixels, count, SIDE, diameters);
  }

  private List<Path> files() throws Exception {
    try (Stream<Path> files = Files.list(dir.resolve("c"))) {
      return files.sorted().toList();
    }
  }

  @Test
  void cropsOutlastARestartInOrder() throws Exception {
    SiteCrops crops = open();
    crops.add(3, filled(1, 2), 0.25);
    crops.add(3, filled(2, 1), 0.25);
    crops.add(4, filled(3, 3), 0.25);
    SiteCrops again = open();
    assertEquals(new SiteCrops.Totals(6, 3, 2), again.totals());
    CellCrops all = again.load();
    assertEquals(0.25, again.umPerPx());
    assertEquals(6, all.count());
    assertEquals(1, all.pixels().get(0));
    assertEquals(2, all.pixels().get(2 * BYTES));
    assertEquals(3, all.pixels().get(3 * BYTES));
    assertArrayEquals(new float[] {1.5f, 1.5f, 2.5f, 3.5f, 3.5f, 3.5f}, all.diametersUm());
  }

  @Test
  void aSlideGivesItsShareOnlyAndTheOldestGoForNewOnes() throws Exception {
    SiteCrops crops = open();
    for (long slide = 1; slide <= 3; slide++) {
      for (int wanted = crops.wanted(slide); wanted > 0; wanted = crops.wanted(slide)) {
        crops.add(slide, filled((int) slide, wanted), 0.25);
      }
    }
    assertTrue(crops.totals().cells() <= 100, crops.totals().toString());
    assertTrue(crops.totals().cells() > 100 - SiteCrops.MAX_PER_FIELD);
    assertEquals(2, crops.totals().slides());
    assertEquals(3, crops.load().pixels().get(crops.totals().cells() * BYTES - 1));
  }

  @Test
  void forgettingLeavesNoFileOfOldSlides() throws Exception {
    SiteCrops crops = open();
    for (long slide = 1; slide <= 3; slide++) {
      crops.add(slide, filled(1, 4), 0.25);
    }
    crops.forgetHalf();
    assertEquals(new SiteCrops.Totals(4, 1, 1), crops.totals());
    crops.clear();
    assertEquals(List.of(), files());
  }

  @Test
  void whatAPowerCutLeftIsNotTaken() throws Exception {
    open().add(1, filled(1, 2), 0.25);
    Path whole = files().get(0);
    Files.write(whole.resolveSibling("0000000002-000002-003-0250000.crops"), new byte[3]);
    Files.write(whole.resolveSibling(".0000000002-000003-001.crops.next"), new byte[BYTES]);
    assertEquals(2, open().totals().cells());
    assertEquals(List.of(whole), files());
  }
}
