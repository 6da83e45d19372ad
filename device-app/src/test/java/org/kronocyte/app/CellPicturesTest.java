package org.kronocyte.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kronocyte.classify.CellClass;
import org.kronocyte.classify.CellStatus;
import org.kronocyte.classify.ClassifiedCell;
import org.kronocyte.image.Box;
import org.kronocyte.image.Frame;
import org.kronocyte.image.FrameOrigin;
import org.kronocyte.image.Natives;
import org.kronocyte.image.Scale;
import org.kronocyte.publish.CellPicture;
import org.kronocyte.publish.CropChoice;
import org.kronocyte.segment.SegmentedCell;

class CellPicturesTest {
  private static final Scale SCALE = new Scale(0.1, Scale.Source.CONFIGURED, 1);

  @BeforeAll
  static void load() throws Exception {
    Natives.load();
  }

  private static ClassifiedCell cell(int id, CellStatus status, boolean touchesEdge) {
    String reason = status == CellStatus.COUNTED ? "" : "by_test";
    return new ClassifiedCell(
        new SegmentedCell(
            id,
            new Box(50, 40, 40, 40),
            70,
            60,
            100,
            50,
            0.9,
            0.9,
            OptionalDouble.of(2),
            touchesEdge),
        new ClassifiedCell.Verdict(CellClass.LYT, 0.5, Map.of(CellClass.LYT, 0.5), status, reason));
  }

  private static List<Integer> pictured(CropChoice choice, List<ClassifiedCell> cells) {
    FrameOrigin origin = new FrameOrigin("x", FrameOrigin.Kind.STORED);
    byte[] grey = new byte[200 * 150 * 3];
    try (Frame frame = Frame.ofBgr(grey, 200, 150, Instant.EPOCH, origin)) {
      List<CellPicture> pictures = new CellPictures(choice, 80, 0.2).of(frame, SCALE, cells);
      pictures.forEach(p -> assertEquals(80, p.sidePx()));
      pictures.forEach(p -> assertEquals(0.2, p.umPerPx()));
      return pictures.stream().map(p -> p.cell().cell().id()).toList();
    }
  }

  @Test
  void choiceSaysWhichCells() {
    List<ClassifiedCell> cells =
        List.of(
            cell(1, CellStatus.COUNTED, false),
            cell(2, CellStatus.UNCERTAIN, false),
            cell(3, CellStatus.REJECTED, false),
            cell(4, CellStatus.UNCERTAIN, true));
    assertEquals(List.of(), pictured(CropChoice.NONE, cells));
    assertEquals(List.of(2), pictured(CropChoice.UNCERTAIN, cells));
    assertEquals(List.of(2, 1, 3), pictured(CropChoice.ALL, cells));
  }

  @Test
  void crowdedFieldIsBoundedAndUncertainCellsGoFirst() {
    List<ClassifiedCell> cells = new ArrayList<>();
    for (int id = 1; id <= 100; id++) {
      cells.add(cell(id, id % 10 == 0 ? CellStatus.UNCERTAIN : CellStatus.COUNTED, false));
    }
    List<Integer> all = pictured(CropChoice.ALL, cells);
    assertEquals(CellPictures.MOST_A_FIELD, all.size());
    assertTrue(all.subList(0, 10).stream().allMatch(id -> id % 10 == 0), all.toString());
  }
}
