package org.kronocyte.app;

import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.kronocyte.camera.virtual.SmearRecipe;
import org.kronocyte.camera.virtual.VirtualField;
import org.kronocyte.camera.virtual.VirtualSmear;
import org.kronocyte.classify.CellClass;
import org.kronocyte.classify.CellStatus;
import org.kronocyte.classify.ClassifiedCell;
import org.kronocyte.image.Box;
import org.kronocyte.image.Frame;
import org.kronocyte.image.FrameOrigin;
import org.kronocyte.image.Scale;
import org.kronocyte.quality.FieldThumbnail;
import org.kronocyte.quality.QualityReport;
import org.kronocyte.segment.SegmentedCell;
import org.kronocyte.slide.FieldResult;
import org.kronocyte.slide.Specimen;

/** Small frames and results of made-up content. */
final class TestFrames {
  static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  static final double UM_PER_PX = 0.2;

  private static final VirtualSmear SMEAR =
      new VirtualSmear(
          3, new SmearRecipe(SmearRecipe.blood().mix(), 2, 12, 1, UM_PER_PX, 240, 180));

  private TestFrames() {}

  /** Drawn and in focus, never two alike. */
  static synchronized Frame drawn(long index) {
    VirtualField field = SMEAR.field(index);
    return frame("drawn-" + index, field.width(), field.height(), field.bgr());
  }

  /** As {@link #drawn}, but all of one name, as a camera gives them. */
  static synchronized Frame live(long index) {
    VirtualField field = SMEAR.field(index);
    FrameOrigin origin = new FrameOrigin("/dev/video0", FrameOrigin.Kind.LIVE);
    return Frame.ofBgr(field.bgr(), field.width(), field.height(), NOON, origin);
  }

  /** Nothing but one grey: what the gate refuses. */
  static Frame blank(String name) {
    byte[] bgr = new byte[32 * 32 * 3];
    Arrays.fill(bgr, (byte) 200);
    return frame(name, 32, 32, bgr);
  }

  /** Too small to hold a cell: an error of the first step. */
  static Frame tiny(String name) {
    return frame(name, 4, 4, new byte[4 * 4 * 3]);
  }

  private static Frame frame(String name, int width, int height, byte[] bgr) {
    return Frame.ofBgr(bgr, width, height, NOON, new FrameOrigin(name, FrameOrigin.Kind.STORED));
  }

  /** Whether a frame's native pixels are gone. */
  static boolean freed(Frame frame) {
    return frame.bgr().empty();
  }

  /** For a slide complete with one cell. */
  static SlideDefaults defaults(String id) {
    return new SlideDefaults(
        Specimen.BLOOD,
        1,
        Optional.of(id),
        List.of(CellClass.LYT, CellClass.MON, CellClass.NGS),
        Optional::empty);
  }

  /** Any thumbnail; another seed, another place. */
  static FieldThumbnail thumbnail(int seed) {
    byte[] pixels = new byte[40 * 30];
    new Random(seed).nextBytes(pixels);
    return FieldThumbnail.ofBytes(pixels);
  }

  /** A field with one lymphocyte. */
  static FieldResult result(String name) {
    Map<CellClass, Double> probabilities = new EnumMap<>(CellClass.class);
    probabilities.put(CellClass.LYT, 1.0);
    ClassifiedCell cell =
        new ClassifiedCell(
            new SegmentedCell(
                1, new Box(2, 3, 40, 40), 22, 23, 80, 60, 0.9, 0.95, OptionalDouble.empty(), false),
            new ClassifiedCell.Verdict(CellClass.LYT, 1, probabilities, CellStatus.COUNTED, ""));
    return new FieldResult(
        new FrameOrigin(name, FrameOrigin.Kind.STORED),
        NOON,
        100,
        80,
        Scale.configured(0.1),
        new QualityReport(100, true, List.of()),
        List.of(cell));
  }
}
