import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import org.kronocyte.classify.CellClass;
import org.kronocyte.classify.CellStatus;
import org.kronocyte.classify.ClassifiedCell;
import org.kronocyte.image.Box;
import org.kronocyte.image.FrameOrigin;
import org.kronocyte.image.Scale;
import org.kronocyte.quality.FieldThumbnail;
import org.kronocyte.quality.QualityReport;
import org.kronocyte.segment.SegmentedCell;
import org.kronocyte.slide.FieldResult;

/** Fields as the pipeline would find them, without pictures. */
final class MadeUpFields {
  private final Random random;

  MadeUpFields(Random random) {
    this.random = random;
  }

  FieldThumbnail thumbnail() {
    byte[] pixels = new byte[40 * 30];
    random.nextBytes(pixels);
    return FieldThumbnail.ofBytes(pixels);
  }

  /** A field with up to so many cells. */
  FieldResult next(int mostCells) {
    List<ClassifiedCell> cells = new ArrayList<>();
    int count = random.nextInt(mostCells + 1);
    for (int id = 1; id <= count; id++) {
      cells.add(cell(id));
    }
    return new FieldResult(
        new FrameOrigin("field-" + random.nextInt(1_000_000), FrameOrigin.Kind.STORED),
        Instant.EPOCH.plusMillis(random.nextInt()),
        1280,
        960,
        Scale.configured(0.1),
        new QualityReport(20 + random.nextDouble(), true, List.of()),
        cells);
  }

  private ClassifiedCell cell(int id) {
    CellClass[] classes = CellClass.values();
    CellClass label = classes[random.nextInt(classes.length)];
    Map<CellClass, Double> probabilities = new EnumMap<>(CellClass.class);
    for (CellClass c : classes) {
      probabilities.put(c, c == label ? 0.7 : 0.3 / (classes.length - 1));
    }
    CellStatus status =
        label.kind() == CellClass.Kind.WHITE_CELL || label.kind() == CellClass.Kind.ERYTHROID
            ? random.nextInt(5) == 0 ? CellStatus.UNCERTAIN : CellStatus.COUNTED
            : CellStatus.REJECTED;
    String reason =
        switch (status) {
          case COUNTED -> "";
          case UNCERTAIN -> "low_probability";
          case REJECTED -> "no_white_cell";
        };
    return new ClassifiedCell(
        new SegmentedCell(
            id,
            new Box(random.nextInt(1200), random.nextInt(900), 60, 60),
            random.nextDouble() * 1280,
            random.nextDouble() * 960,
            100 + random.nextDouble(),
            60 + random.nextDouble(),
            0.9,
            0.95,
            random.nextBoolean() ? OptionalDouble.of(2 + random.nextDouble()) : OptionalDouble.empty(),
            random.nextInt(8) == 0),
        new ClassifiedCell.Verdict(label, 0.7, probabilities, status, reason));
  }
}
