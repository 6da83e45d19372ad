package org.kronocyte.publish;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.UUID;
import org.kronocyte.classify.CellClass;
import org.kronocyte.classify.CellStatus;
import org.kronocyte.classify.ClassifiedCell;
import org.kronocyte.image.Box;
import org.kronocyte.image.FrameOrigin;
import org.kronocyte.image.Scale;
import org.kronocyte.quality.QualityReport;
import org.kronocyte.segment.SegmentedCell;
import org.kronocyte.slide.Accession;
import org.kronocyte.slide.FieldResult;
import org.kronocyte.slide.SlideSummary;
import org.kronocyte.slide.Specimen;

/** Made-up results of fixed content. */
public final class Samples {
  public static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  static final UUID BOOT = UUID.fromString("0a1b2c3d-0000-4000-8000-000000000001");
  public static final DeviceAddress ADDRESS = new DeviceAddress("clinic-1", "scope-2");

  private Samples() {}

  /** It is noon for ever, and nobody vouches for it. */
  public static DeviceClock clock() {
    return new DeviceClock(() -> NOON, () -> 0, () -> false);
  }

  public static Messages messages() {
    return new Messages(ADDRESS, BOOT, clock());
  }

  public static DeviceStatus status(DeviceStatus.State state) {
    return new DeviceStatus(
        state,
        Map.of("kronocyte", "0.1.0", "java", "17.0.15"),
        Map.of("classifier", "ab".repeat(32)),
        false,
        state == DeviceStatus.State.DEGRADED ? List.of("The camera is gone.") : List.of());
  }

  static ClassifiedCell cell(int id, CellClass label, CellStatus status, String reason) {
    Map<CellClass, Double> probabilities = new EnumMap<>(CellClass.class);
    for (CellClass c : CellClass.values()) {
      probabilities.put(c, c == label ? 0.850049 : 0.15 / 15);
    }
    return new ClassifiedCell(
        new SegmentedCell(
            id,
            new Box(10 * id, 20, 64, 60),
            10 * id + 31.987654,
            50.5,
            153.9380,
            61.2345,
            0.87654,
            0.95,
            OptionalDouble.of(2.5),
            id == 1),
        new ClassifiedCell.Verdict(label, 0.850049, probabilities, status, reason));
  }

  static FieldResult field(FrameOrigin.Kind kind, List<ClassifiedCell> cells) {
    return new FieldResult(
        new FrameOrigin("BLA/field 7.jpg", kind),
        NOON.minusSeconds(2),
        640,
        480,
        new Scale(0.08333333, Scale.Source.RED_CELLS, 0.91239),
        new QualityReport(12.345678, true, List.of("stain_pale")),
        cells);
  }

  public static FieldResult field() {
    return field(
        FrameOrigin.Kind.LIVE,
        List.of(
            cell(1, CellClass.LYT, CellStatus.COUNTED, ""),
            cell(2, CellClass.BLA, CellStatus.UNCERTAIN, "low_probability"),
            cell(3, CellClass.PLT, CellStatus.REJECTED, "platelet")));
  }

  public static FieldResult crowdedField(int cells) {
    Random random = new Random(7);
    CellClass[] classes = CellClass.values();
    List<ClassifiedCell> all = new ArrayList<>();
    for (int id = 1; id <= cells; id++) {
      all.add(cell(id, classes[random.nextInt(classes.length)], CellStatus.COUNTED, ""));
    }
    return field(FrameOrigin.Kind.LIVE, all);
  }

  public static SlideSummary slide(boolean simulated) {
    return new SlideSummary(
        "s-2026-0042",
        Specimen.MARROW,
        Optional.of(new Accession("H26-01234")),
        Optional.empty(),
        NOON.minusSeconds(600),
        500,
        false,
        List.of("100 of 500 cells are counted"),
        simulated,
        12,
        130,
        9,
        100,
        6,
        Map.of("platelet", 11, "artefact", 4),
        3,
        List.of(
            new SlideSummary.DifferentialLine(CellClass.BLA, 12, 11.320754, 4.123456, 22.7),
            new SlideSummary.DifferentialLine(CellClass.NGS, 88, 83.018867, 70.1, 91.5)));
  }
}
