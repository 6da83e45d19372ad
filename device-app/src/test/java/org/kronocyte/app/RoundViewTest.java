package org.kronocyte.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kronocyte.camera.virtual.SmearRecipe;
import org.kronocyte.camera.virtual.View;
import org.kronocyte.camera.virtual.VirtualField;
import org.kronocyte.camera.virtual.VirtualSmear;
import org.kronocyte.classify.CellStatus;
import org.kronocyte.classify.ClassifiedCell;
import org.kronocyte.image.Box;
import org.kronocyte.image.Frame;
import org.kronocyte.image.FrameOrigin;
import org.kronocyte.image.Natives;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.quality.QualityGate;
import org.kronocyte.quality.ScaleTracker;

/** A camera that looks through an eyepiece: a round view in a black picture. */
class RoundViewTest {
  private static final int FIELDS = 4;
  private static final SmearRecipe BLOOD = SmearRecipe.blood();
  private static final VirtualSmear SMEAR =
      new VirtualSmear(
          11,
          new SmearRecipe(
              BLOOD.mix(),
              14,
              BLOOD.redCellsPerField(),
              BLOOD.plateletsPerField(),
              BLOOD.umPerPx(),
              1280,
              960));
  private static final double RADIUS = 470;

  private static Models models;

  @BeforeAll
  static void load() throws Exception {
    Natives.load();
    models = Models.load(Path.of("../models-quantized/packs"), 1);
  }

  @AfterAll
  static void free() {
    models.close();
  }

  private static FieldReader reader(ScaleTracker scales) throws ProblemException {
    return new FieldReader(
        scales, new QualityGate(QualityGate.Limits.DEFAULT), models, StageTimer.NONE);
  }

  private static Frame frame(VirtualField field, boolean round) {
    byte[] bgr = field.bgr().clone();
    for (int i = 0; round && i < bgr.length; i++) {
      int row = i / 3 / field.width();
      double edge = RADIUS - fromMiddle(i / 3 % field.width(), row);
      bgr[i] = (byte) ((bgr[i] & 0xff) * Math.max(0, Math.min(1, edge / 4 + 0.5)));
    }
    FrameOrigin origin = new FrameOrigin("round", FrameOrigin.Kind.SIMULATED);
    return Frame.ofBgr(bgr, field.width(), field.height(), TestFrames.NOON, origin);
  }

  private static double fromMiddle(double x, double y) {
    return Math.hypot(x - 640, y - 480);
  }

  /** The farthest corner of a cell's box from the middle of the view. */
  private static double farthest(ClassifiedCell cell) {
    Box box = cell.cell().bbox();
    double x = Math.max(Math.abs(box.x() - 640), Math.abs(box.x() + box.width() - 640));
    double y = Math.max(Math.abs(box.y() - 480), Math.abs(box.y() + box.height() - 480));
    return Math.hypot(x, y);
  }

  /** What lies well within the view is read as without the surround; what it cuts isn't counted. */
  @Test
  void cellsWithinAreReadAsEverAndCutOnesAreMarked() throws Exception {
    FieldReader reader = reader(ScaleTracker.configured(BLOOD.umPerPx()));
    int within = 0;
    int alike = 0;
    int cut = 0;
    for (int i = 0; i < FIELDS; i++) {
      VirtualField field = SMEAR.field(i);
      try (Frame whole = frame(field, false);
          Frame round = frame(field, true)) {
        List<ClassifiedCell> expected = reader.read(whole).result().cells();
        FieldReader.Reading seen = reader.read(round);
        assertTrue(seen.result().quality().usable(), "" + seen.result().quality().reasons());
        for (ClassifiedCell cell : expected) {
          if (farthest(cell) < RADIUS - 20 && cell.verdict().status() == CellStatus.COUNTED) {
            within++;
            ClassifiedCell same =
                seen.result().cells().stream()
                    .max(Comparator.comparingDouble(c -> c.cell().bbox().iou(cell.cell().bbox())))
                    .orElseThrow();
            alike +=
                same.cell().bbox().iou(cell.cell().bbox()) > 0.9
                        && same.verdict().status() == CellStatus.COUNTED
                        && same.verdict().label() == cell.verdict().label()
                    ? 1
                    : 0;
          }
        }
        for (ClassifiedCell cell : seen.result().cells()) {
          assertTrue(
              fromMiddle(cell.cell().centroidX(), cell.cell().centroidY()) < RADIUS,
              "a cell in the black");
          if (farthest(cell) > RADIUS + 12) {
            // A box's corner may stick out of the round view where its cell doesn't.
            cut += cell.cell().touchesEdge() ? 1 : 0;
          }
        }
      }
    }
    assertTrue(within >= 15, within + " cells are too few to tell");
    assertTrue(alike >= 0.93 * within, alike + " of " + within + " are read alike");
    assertTrue(cut > 0, "no cell was cut");
  }

  /** The surround's edge is sharp in any plane, and mustn't pass for a sharp field. */
  @Test
  void anUnsharpRoundViewIsRefused() throws Exception {
    FieldReader reader = reader(ScaleTracker.configured(BLOOD.umPerPx()));
    try (Frame blurred = frame(SMEAR.field(1, new View(6, 0, 0, 0)), true)) {
      assertEquals(
          List.of("out_of_focus"), reader.read(blurred).result().quality().reasons(), "at 6 um");
    }
  }

  /** Without a configured scale a round view tells it as ten fields should: within 15 %. */
  @Test
  void theScaleIsFoundInARoundView() throws Exception {
    FieldReader reader = reader(ScaleTracker.estimating());
    double found = 0;
    for (int i = 0; i < 10; i++) {
      try (Frame frame = frame(SMEAR.field(i), true)) {
        found = reader.read(frame).result().scale().umPerPx();
      }
    }
    assertEquals(BLOOD.umPerPx(), found, 0.15 * BLOOD.umPerPx());
  }
}
