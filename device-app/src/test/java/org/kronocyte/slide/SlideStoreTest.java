package org.kronocyte.slide;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.classify.CellClass;
import org.kronocyte.classify.CellStatus;
import org.kronocyte.classify.ClassifiedCell;
import org.kronocyte.image.Box;
import org.kronocyte.image.FrameOrigin;
import org.kronocyte.image.Scale;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.quality.FieldThumbnail;
import org.kronocyte.quality.QualityReport;
import org.kronocyte.segment.SecondLook;
import org.kronocyte.segment.SecondOpinion;
import org.kronocyte.segment.SegmentedCell;
import org.kronocyte.store.Database;

class SlideStoreTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00.123456789Z");
  private static final List<CellClass> CLASSES = List.of(CellClass.values());

  @TempDir Path dir;

  private final Random random = new Random(11);
  private Database database;

  @BeforeEach
  void open() throws Exception {
    database = Database.own(dir, Database.Settings.STANDARD);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private SlideRecord create(String id) throws ProblemException {
    SlidePlan plan =
        new SlidePlan(
            id,
            Specimen.MARROW,
            Optional.of(new Accession("H26-01234")),
            NOON,
            500,
            CLASSES,
            Optional.of("2026-01-02T03:04:05Z, 150 cells, sha256 0123456789ab"));
    return database.write(tx -> SlideStore.create(tx, plan));
  }

  private FieldThumbnail thumbnail() {
    byte[] pixels = new byte[40 * 30];
    random.nextBytes(pixels);
    return FieldThumbnail.ofBytes(pixels);
  }

  private void add(SlideRecord slide, int number, FieldResult field) throws ProblemException {
    FieldThumbnail thumbnail = thumbnail();
    database.write(
        tx -> {
          SlideStore.addField(tx, slide.key(), number, field, thumbnail);
          return null;
        });
  }

  private FieldResult field(String name, FrameOrigin.Kind kind, int cells) {
    List<ClassifiedCell> all = new ArrayList<>();
    for (int id = 1; id <= cells; id++) {
      all.add(cell(id));
    }
    return new FieldResult(
        new FrameOrigin(name, kind),
        NOON.plusNanos(random.nextLong(1_000_000_000_000L)),
        1280,
        960,
        new Scale(0.05 + random.nextDouble(), Scale.Source.RED_CELLS, random.nextDouble()),
        new QualityReport(
            random.nextDouble() * 100, true, cells % 2 == 0 ? List.of() : List.of("a_b", "c")),
        all);
  }

  private ClassifiedCell cell(int id) {
    CellClass label = CLASSES.get(random.nextInt(CLASSES.size()));
    Map<CellClass, Double> probabilities = new LinkedHashMap<>();
    for (CellClass c : CLASSES) {
      probabilities.put(c, random.nextDouble());
    }
    CellStatus[] states = CellStatus.values();
    return new ClassifiedCell(
        new SegmentedCell(
            id,
            new Box(random.nextInt(900), random.nextInt(900), 1 + random.nextInt(90), 40),
            random.nextDouble() * 1280,
            random.nextDouble() * 960,
            random.nextDouble() * 300,
            random.nextDouble() * 100,
            random.nextDouble(),
            random.nextDouble(),
            random.nextBoolean() ? OptionalDouble.empty() : OptionalDouble.of(random.nextDouble()),
            random.nextInt(5) == 0),
        new ClassifiedCell.Verdict(
            label,
            random.nextDouble(),
            probabilities,
            states[random.nextInt(states.length)],
            random.nextBoolean() ? "" : "low_probability"));
  }

  @Test
  void whatIsReadIsWhatWasWritten() throws Exception {
    SlideRecord slide = create("s");
    List<FieldResult> written = new ArrayList<>();
    for (int number = 1; number <= 12; number++) {
      FieldResult field = field("f" + number, FrameOrigin.Kind.SIMULATED, random.nextInt(8));
      written.add(field);
      add(slide, number, field);
    }
    SlideRecord read = database.read(tx -> SlideStore.find(tx, "s")).orElseThrow();
    assertEquals(slide.plan(), read.plan());
    assertEquals(12, read.fields());
    assertEquals(written, database.read(tx -> SlideStore.fields(tx, read)));
    SlideSession counted = new SlideSession(slide.plan());
    written.forEach(counted::add);
    assertEquals(counted.summary(), database.read(tx -> SlideStore.session(tx, read)).summary());
  }

  /** Also of a field in which the second engine sees nothing else, or no cell at all. */
  @Test
  void theSecondEnginesOpinionIsKept() throws Exception {
    SlideRecord slide = create("s");
    List<Box> boxes = List.of(new Box(0, 7, 30, 40), new Box(1200, 900, 80, 60));
    List<FieldResult> written = new ArrayList<>();
    written.add(lookedAt(field("f1", FrameOrigin.Kind.STORED, 7), boxes));
    written.add(lookedAt(field("f2", FrameOrigin.Kind.STORED, 3), List.of()));
    written.add(lookedAt(field("f3", FrameOrigin.Kind.STORED, 0), boxes.subList(0, 1)));
    written.add(field("f4", FrameOrigin.Kind.STORED, 2));
    for (int i = 0; i < written.size(); i++) {
      add(slide, i + 1, written.get(i));
    }
    assertEquals(written, database.read(tx -> SlideStore.fields(tx, slide)));
  }

  private static FieldResult lookedAt(FieldResult field, List<Box> onlySecond) {
    List<SecondLook> looks = new ArrayList<>();
    List<ClassifiedCell> cells = new ArrayList<>();
    for (ClassifiedCell cell : field.cells()) {
      SecondLook look = List.of(SecondLook.values()).get(looks.size() % 3);
      looks.add(look);
      cells.add(new ClassifiedCell(cell.cell().with(look), cell.verdict()));
    }
    return new FieldResult(
        field.origin(),
        field.capturedAt(),
        field.width(),
        field.height(),
        field.scale(),
        field.quality(),
        cells,
        Optional.of(new SecondOpinion(looks, onlySecond)));
  }

  @Test
  void oneSlideAtATimeIsOpenAndKeysOrderThem() throws Exception {
    SlideRecord first = create("first");
    assertThrows(ProblemException.class, () -> create("second"));
    database.write(
        tx -> {
          SlideStore.finish(tx, first.key(), NOON.minusSeconds(1_000_000));
          return null;
        });
    create("second");
    assertEquals(
        List.of("second", "first"),
        database.read(SlideStore::list).stream().map(s -> s.plan().slide()).toList());
    assertEquals("second", database.read(SlideStore::open).orElseThrow().plan().slide());
  }

  @Test
  void identifierThatIsTakenGetsANumber() throws Exception {
    String longest = "a".repeat(40);
    for (String id : List.of("s", "s-2", longest)) {
      SlideRecord slide = create(id);
      database.write(
          tx -> {
            SlideStore.finish(tx, slide.key(), NOON);
            return null;
          });
    }
    assertEquals("s-3", database.read(tx -> SlideStore.freeIdentifier(tx, "s")));
    assertEquals("t", database.read(tx -> SlideStore.freeIdentifier(tx, "t")));
    assertEquals(
        "a".repeat(38) + "-2", database.read(tx -> SlideStore.freeIdentifier(tx, longest)));
  }

  @Test
  void namedImageIsStoredOnceACamerasFramesAsOftenAsTheyCome() throws Exception {
    SlideRecord slide = create("s");
    add(slide, 1, field("a.png", FrameOrigin.Kind.STORED, 1));
    FieldResult again = field("a.png", FrameOrigin.Kind.STORED, 1);
    assertThrows(ProblemException.class, () -> add(slide, 2, again));
    add(slide, 2, field("/dev/video0", FrameOrigin.Kind.LIVE, 1));
    add(slide, 3, field("/dev/video0", FrameOrigin.Kind.LIVE, 1));
    assertEquals(Set.of("a.png"), database.read(tx -> SlideStore.countedImages(tx, slide.key())));
  }

  @Test
  void thumbnailsGoWithTheEndOfTheSlide() throws Exception {
    SlideRecord slide = create("s");
    FieldThumbnail thumbnail = thumbnail();
    database.write(
        tx -> {
          FieldResult field = field("a", FrameOrigin.Kind.LIVE, 0);
          SlideStore.addField(tx, slide.key(), 1, field, thumbnail);
          return null;
        });
    List<FieldThumbnail> kept = database.read(tx -> SlideStore.thumbnails(tx, slide.key(), 9));
    assertArrayEquals(thumbnail.values(), kept.get(0).values());
    assertEquals(1200, Arrays.stream(kept.get(0).values()).count());
    database.write(
        tx -> {
          SlideStore.finish(tx, slide.key(), NOON);
          return null;
        });
    assertEquals(List.of(), database.read(tx -> SlideStore.thumbnails(tx, slide.key(), 9)));
  }
}
