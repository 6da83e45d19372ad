package org.kronocyte.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.kronocyte.classify.CellClass;
import org.kronocyte.classify.CellCrops;
import org.kronocyte.classify.CellStatus;
import org.kronocyte.classify.ClassifiedCell;
import org.kronocyte.classify.CropSink;
import org.kronocyte.image.Box;
import org.kronocyte.image.FrameOrigin;
import org.kronocyte.image.Scale;
import org.kronocyte.segment.SegmentedCell;

class SiteSampleTest {
  private static final FrameOrigin LIVE = new FrameOrigin("f", FrameOrigin.Kind.LIVE);

  private final SiteSample sample = new SiteSample(1);

  private static ClassifiedCell cell(CellStatus status, boolean touchesEdge) {
    return cell(status, "reason", touchesEdge);
  }

  private static ClassifiedCell cell(CellStatus status, String reason, boolean touchesEdge) {
    return new ClassifiedCell(
        new SegmentedCell(
            1, new Box(0, 0, 9, 9), 4, 4, 80, 60, 0.9, 0.9, OptionalDouble.empty(), touchesEdge),
        new ClassifiedCell.Verdict(CellClass.LYT, 0.8, Map.of(CellClass.LYT, 0.8), status, reason));
  }

  private static ByteBuffer crop(int value) {
    return ByteBuffer.wrap(new byte[] {(byte) value, (byte) value, (byte) value});
  }

  @Test
  void theFirstWholeCellsThatAreNotRejectedAreCopied() {
    CropSink sink = sample.field(LIVE, Scale.configured(0.2));
    sink.take(cell(CellStatus.COUNTED, true), crop(1));
    sink.take(cell(CellStatus.REJECTED, false), crop(2));
    ByteBuffer reused = crop(3);
    sink.take(cell(CellStatus.COUNTED, false), reused);
    reused.put(0, new byte[] {99, 99, 99});
    sink.take(cell(CellStatus.UNCERTAIN, false), crop(5));
    assertEquals(2, sample.count());
    assertEquals(0.2, sample.umPerPx());
    assertArrayEquals(new double[] {4, 4, 4}, sample.stain());
    CellCrops cells = sample.cells(1);
    assertEquals(2, cells.count());
    assertEquals(3, cells.pixels().get(0));
    assertEquals(2 * Math.sqrt(80 / Math.PI), cells.diametersUm()[1], 1e-5);
    for (int i = 0; i < 20; i++) {
      sink.take(cell(CellStatus.COUNTED, false), crop(7));
    }
    assertEquals(SiteCrops.MAX_PER_FIELD, sample.count());
  }

  /** Else a stain in which every cell looks strange could never be learnt. */
  @Test
  void unknownCellsAreTaken() {
    CropSink sink = sample.field(LIVE, Scale.configured(0.2));
    sink.take(cell(CellStatus.REJECTED, "unknown", false), crop(2));
    sink.take(cell(CellStatus.REJECTED, "uncountable", false), crop(4));
    sink.take(cell(CellStatus.REJECTED, "unknown", true), crop(6));
    assertEquals(1, sample.count());
    assertArrayEquals(new double[] {2, 2, 2}, sample.stain());
  }

  @Test
  void anotherFieldBeginsAnew() {
    sample.field(LIVE, Scale.configured(0.2)).take(cell(CellStatus.COUNTED, false), crop(3));
    CropSink next = sample.field(LIVE, Scale.configured(0.1));
    assertEquals(0, sample.count());
    next.take(cell(CellStatus.COUNTED, false), crop(9));
    assertArrayEquals(new double[] {9, 9, 9}, sample.stain());
  }

  /** Crops that were magnified for a site in use come back as the field shows the cells. */
  @Test
  void theZoomOfASiteIsTakenBack() {
    SiteSample wide = new SiteSample(8);
    CropSink sink = wide.field(LIVE, Scale.configured(0.2));
    ByteBuffer crop = ByteBuffer.allocate(8 * 8 * 3);
    for (int y = 3; y < 5; y++) {
      for (int x = 3; x < 5; x++) {
        crop.put((y * 8 + x) * 3, (byte) 100);
      }
    }
    sink.take(cell(CellStatus.COUNTED, false), crop);
    assertEquals(400, reds(wide.cells(1)));
    assertEquals(4 * 400, reds(wide.cells(0.5)), 200);
  }

  private static int reds(CellCrops cells) {
    int sum = 0;
    for (int at = 0; at < 8 * 8 * 3; at += 3) {
      sum += cells.pixels().get(at) & 0xff;
    }
    return sum;
  }
}
