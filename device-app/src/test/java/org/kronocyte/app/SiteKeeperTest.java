package org.kronocyte.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.classify.CellClass;
import org.kronocyte.classify.SiteCalibrator.Care;
import org.kronocyte.config.SiteSetting;
import org.kronocyte.health.StageLiveness;
import org.kronocyte.image.Frame;
import org.kronocyte.image.FrameOrigin;
import org.kronocyte.image.Natives;
import org.kronocyte.model.Form;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.SiteCalibration;
import org.kronocyte.model.Sites;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.Await;
import org.kronocyte.publish.SiteAnswer;
import org.kronocyte.quality.QualityGate;
import org.kronocyte.quality.ScaleTracker;
import org.kronocyte.slide.FieldResult;
import org.kronocyte.slide.SlideRecord;
import org.kronocyte.slide.SlideStore;
import org.kronocyte.store.Database;
import org.kronocyte.store.Transaction;

/** Which calibration a slide is read with, and what is learnt between slides. */
@Timeout(120)
class SiteKeeperTest {
  private static final QualityGate.Limits EVERYTHING = new QualityGate.Limits(0, 1, 0, 0.02, 0);
  private static final InstantSource CLOCK = InstantSource.fixed(TestFrames.NOON);

  private static Models models;
  private static ModelPack pack;

  @TempDir Path data;
  private SiteKeeper keeper;

  @BeforeAll
  static void load() throws Exception {
    Natives.load();
    models = Models.load(Path.of("../models-quantized/packs"), 1);
    pack = models.classifierPack();
  }

  @AfterAll
  static void free() {
    models.close();
  }

  @AfterEach
  void close() {
    if (keeper != null) {
      keeper.close();
    }
  }

  private SiteKeeper open(SiteSetting setting) throws Exception {
    return open(setting, new SiteLearner.Needs(40, 4, 2));
  }

  private SiteKeeper open(SiteSetting setting, SiteLearner.Needs needs) throws Exception {
    keeper =
        new SiteKeeper(
            setting,
            models,
            new SiteClassifiers(models, EngineChoice.of(Form.ONNX), 1),
            new SiteFolder(data),
            needs,
            CLOCK);
    return keeper;
  }

  private SiteSetting file(SiteCalibration site) throws Exception {
    Path file = Files.write(data.resolve("given.json"), site.toJson());
    return new SiteSetting(SiteSetting.Mode.FILE, Optional.of(file));
  }

  private static SiteCalibration favouring(String label, String created) {
    return Sites.favouring(pack, pack.manifest().labels().indexOf(label), created);
  }

  private static FieldReader reader() throws Exception {
    return new FieldReader(
        ScaleTracker.configured(TestFrames.UM_PER_PX),
        new QualityGate(EVERYTHING),
        models,
        StageTimer.NONE);
  }

  @Test
  void oneFileIsUsedAndNeverChanged() throws Exception {
    SiteCalibration site = favouring("EOS", "2026-11-20T00:00:00Z");
    open(file(site));
    assertEquals(Optional.of(site.id()), keeper.next());
    SiteClassifiers.Reading reading = keeper.begin(keeper.next());
    assertTrue(reading.plain().isPresent(), "the model as it came is asked, too");
    assertEquals(List.of(), reading.reasons());
    ProblemException thrown = assertThrows(ProblemException.class, () -> keeper.undo());
    assertEquals("site_not_learnt", thrown.problem().code());
  }

  @Test
  void anotherModelsCalibrationIsRefusedInEveryResult() throws Exception {
    open(file(Sites.favouring(pack, 0, "2026-11-20T00:00:00Z", "0".repeat(64), null)));
    assertEquals("site_not_for_model", keeper.fault().orElseThrow().code());
    assertEquals(Optional.of("refused: site_not_for_model"), keeper.next());
    SiteClassifiers.Reading reading = keeper.begin(keeper.next());
    assertTrue(reading.plain().isEmpty());
    FieldReader reader = reader();
    reader.use(reading);
    try (Frame frame = TestFrames.live(1)) {
      assertTrue(
          reader.read(frame).result().quality().reasons().contains("site_calibration_refused"));
    }
    assertEquals("refused", keeper.figures().get("site_state"));
  }

  @Test
  void noneIsNone() throws Exception {
    new SiteFolder(data).add(favouring("EOS", "2026-11-20T00:00:00Z"));
    open(SiteSetting.NONE);
    assertEquals(Optional.empty(), keeper.next());
    assertEquals("off", keeper.figures().get("site_state"));
  }

  /** Undone in the middle of a slide, by a restart even: the slide ends as it began. */
  @Test
  void aSlideIsReadWithOneCalibrationFromStartToEnd() throws Exception {
    new SiteFolder(data).add(favouring("EOS", "2026-11-20T00:00:00Z"));
    EventLog log = new EventLog();
    try (Database database = Database.own(data.resolve("db"), Database.Settings.STANDARD)) {
      open(SiteSetting.AUTO);
      SlideDesk desk = desk(database, log);
      desk.start();
      run(desk, log, List.of("field", "field", "field", "wait"), 3);
      keeper.undo();
      assertEquals(Optional.empty(), keeper.next());
      run(desk, log, Collections.nCopies(5, "field"), 0);
      keeper.close();
      open(SiteSetting.AUTO);
      desk = desk(database, log);
      desk.start();
      run(desk, log, List.of("live", "live"), 0);
      List<List<String>> labels =
          database.read(
              tx ->
                  SlideStore.list(tx).stream()
                      .map(slide -> fields(tx, slide))
                      .map(
                          fields ->
                              fields.stream()
                                  .flatMap(f -> f.cells().stream())
                                  .map(c -> c.verdict().label().name())
                                  .distinct()
                                  .collect(Collectors.toList()))
                      .toList());
      assertEquals(List.of("EOS"), labels.get(1), "five fields, one calibration");
      assertFalse(labels.get(0).equals(List.of("EOS")), "the next slide is read without it");
      List<Optional<String>> recorded =
          database.read(
              tx ->
                  SlideStore.list(tx).stream()
                      .map(slide -> slide.plan().siteCalibration())
                      .toList());
      assertEquals(
          List.of(Optional.empty(), Optional.of(favouring("EOS", "2026-11-20T00:00:00Z").id())),
          recorded);
    }
  }

  private static List<FieldResult> fields(Transaction tx, SlideRecord slide) {
    try {
      return SlideStore.fields(tx, slide);
    } catch (ProblemException e) {
      throw new IllegalStateException(e);
    }
  }

  private SlideDesk desk(Database database, EventLog log) throws Exception {
    SlideDefaults plain = TestFrames.defaults("s");
    return new SlideDesk(
        database,
        new SlideDefaults(
            plain.specimen(),
            plain.plannedCells(),
            plain.slide(),
            List.of(CellClass.values()),
            keeper::next),
        ResultSink.NONE,
        log,
        CLOCK);
  }

  /** Until the source ends, or so many fields were read. */
  private void run(SlideDesk desk, EventLog log, List<String> script, int fields) throws Exception {
    long before = log.events().stream().filter(e -> e.startsWith("field ")).count();
    Daemon daemon =
        new Daemon(
            new ScriptedSource(false, script),
            reader(),
            desk,
            log,
            new StageLiveness(System::nanoTime),
            true,
            Optional.of(keeper));
    Thread run = DaemonThread.start(daemon);
    if (fields > 0) {
      Await.until(
          "read",
          () ->
              log.events().stream().filter(e -> e.startsWith("field ")).count() == before + fields);
      daemon.stop();
    }
    run.join();
  }

  /** Reads drawn fields said to be of a kind, as counted on slides. */
  private int feed(FieldReader reader, FrameOrigin.Kind kind, int slides, int fields)
      throws Exception {
    int cells = 0;
    for (int i = 0; i < slides * fields; i++) {
      try (Frame drawn = TestFrames.live(i);
          Frame frame =
              Frame.copyOf(drawn.bgr(), TestFrames.NOON, new FrameOrigin("f" + i, kind))) {
        cells += reader.read(frame).result().cells().size();
        keeper.counted(1 + i / fields);
      }
    }
    return cells;
  }

  private int gathered() {
    return (Integer) keeper.figures().get("site_cells_gathered");
  }

  @Test
  void drawnCellsTeachNothing() throws Exception {
    open(SiteSetting.AUTO);
    FieldReader reader = reader();
    reader.show(keeper);
    assertTrue(feed(reader, FrameOrigin.Kind.SIMULATED, 1, 12) > 0);
    assertEquals(0, gathered());
    feed(reader, FrameOrigin.Kind.LIVE, 1, 12);
    assertTrue(gathered() > 0);
  }

  /** Whatever the weights make of drawn cells: there is an outcome, and it is told. */
  @Test
  void enoughCellsAreLearntFromBetweenSlides() throws Exception {
    open(SiteSetting.AUTO);
    int[] told = new int[1];
    keeper.onChange(() -> told[0]++);
    FieldReader reader = reader();
    reader.show(keeper);
    keeper.betweenSlides();
    assertEquals("gathering", keeper.figures().get("site_state"));
    feed(reader, FrameOrigin.Kind.LIVE, 3, 24);
    int before = gathered();
    assertTrue(before >= 40, before + " gathered");
    keeper.close();
    open(SiteSetting.AUTO);
    keeper.onChange(() -> told[0]++);
    reader.show(keeper);
    assertEquals(before, gathered(), "they outlast a restart");
    feed(reader, FrameOrigin.Kind.LIVE, 1, 1);
    keeper.betweenSlides();
    Await.until("learnt or refused", Duration.ofSeconds(60), () -> told[0] > 0);
    assertTrue(gathered() < before, "cells are gone after use");
    SiteFolder folder = new SiteFolder(data);
    Optional<String> learnt = folder.current(pack.weightsSha256()).map(e -> e.site().id());
    assertEquals(learnt, keeper.next());
    assertEquals(
        learnt.isEmpty(),
        folder.notes().refusal().filter(r -> r.problem().code().startsWith("site_")).isPresent());
    assertEquals(learnt.isEmpty(), keeper.figures().containsKey("site_problem"));
  }

  /** Whatever the weights make of drawn cells, who asked is told, and so is a look afterwards. */
  @Test
  void whoAsksForACalibrationIsToldWhatCame() throws Exception {
    open(SiteSetting.AUTO, new SiteLearner.Needs(1000, 4, 2));
    assertEquals("site_too_few_cells", refusal(() -> keeper.calibrate(Care.UNATTENDED)));
    FieldReader reader = reader();
    reader.show(keeper);
    feed(reader, FrameOrigin.Kind.LIVE, 3, 24);
    assertTrue(gathered() >= 40, gathered() + " gathered");
    Future<SiteCalibration> late = keeper.calibrate(Care.UNATTENDED);
    assertEquals("site_learning", refusal(() -> keeper.calibrate(Care.UNATTENDED)));
    var unused = keeper.begin(Optional.empty());
    assertEquals("slide_in_progress", code(late));
    keeper.onChange(keeper::betweenSlides); // The next pause may come before the answer.
    Future<SiteCalibration> asked = keeper.calibrate(Care.UNATTENDED);
    keeper.betweenSlides();
    String code = code(asked);
    SiteAnswer after = keeper.answer();
    if (code.isEmpty()) {
      assertEquals(Optional.of(asked.get().id()), after.next());
      assertEquals(SiteAnswer.Role.IN_USE, after.calibrations().get(0).role());
    } else {
      assertTrue(code.startsWith("site_"), code);
      assertEquals(code, after.refusal().orElseThrow().reason());
    }
  }

  @Test
  void nobodyCalibratesAgainstAPersonsWillOrWhereNothingIsLearnt() throws Exception {
    new SiteFolder(data).add(favouring("EOS", "2026-11-19T00:00:00Z"));
    new SiteFolder(data).add(favouring("LYT", "2026-11-20T00:00:00Z"));
    open(SiteSetting.AUTO);
    keeper.undo();
    assertEquals("site_held", refusal(() -> keeper.calibrate(Care.ATTENDED)));
    SiteAnswer answer = keeper.answer();
    assertEquals("held", answer.state());
    assertEquals(
        List.of(SiteAnswer.Role.UNDONE, SiteAnswer.Role.IN_USE),
        answer.calibrations().stream().map(SiteAnswer.Calibration::role).toList());
    keeper.close();
    SiteCalibration given = favouring("MON", "2026-11-21T00:00:00Z");
    open(file(given));
    assertEquals("site_not_learnt", refusal(() -> keeper.calibrate(Care.ATTENDED)));
    assertEquals(
        List.of(given.id()),
        keeper.answer().calibrations().stream().map(SiteAnswer.Calibration::id).toList());
  }

  private static String refusal(Executable call) {
    return assertThrows(ProblemException.class, call).problem().code();
  }

  /** Why nothing came of it; empty if something did. */
  private static String code(Future<SiteCalibration> outcome) throws Exception {
    try {
      outcome.get(60, TimeUnit.SECONDS);
      return "";
    } catch (ExecutionException e) {
      return ((ProblemException) e.getCause()).problem().code();
    }
  }

  @Test
  void nothingIsGatheredWithAFreshCalibrationOrAgainstAPersonsWill() throws Exception {
    new SiteFolder(data).add(favouring("EOS", "2026-11-20T00:00:00Z"));
    open(SiteSetting.AUTO);
    FieldReader reader = reader();
    reader.show(keeper);
    feed(reader, FrameOrigin.Kind.LIVE, 1, 12);
    assertEquals(0, gathered());
    keeper.undo();
    assertEquals("held", keeper.figures().get("site_state"));
    feed(reader, FrameOrigin.Kind.LIVE, 1, 12);
    assertEquals(0, gathered());
    assertEquals(1, keeper.again());
    feed(reader, FrameOrigin.Kind.LIVE, 1, 12);
    assertTrue(gathered() > 0);
  }

  @Test
  void anAgedCalibrationIsSaidAndCellsAreGathered() throws Exception {
    new SiteFolder(data).add(favouring("EOS", "2026-01-01T00:00:00Z"));
    open(SiteSetting.AUTO);
    assertEquals("ageing", keeper.figures().get("site_state"));
    assertTrue(keeper.figures().get("site_problem").toString().contains("days old"));
    FieldReader reader = reader();
    reader.show(keeper);
    feed(reader, FrameOrigin.Kind.LIVE, 1, 12);
    assertTrue(gathered() > 0);
  }

  @Test
  void anotherStainIsSaid() throws Exception {
    SiteFolder folder = new SiteFolder(data);
    double[] learnt = {50, 90, 15};
    folder.add(Sites.favouring(pack, 3, "2026-11-20T00:00:00Z", pack.weightsSha256(), learnt));
    RecentStain recent = new RecentStain();
    recent.add(new double[] {55, 97, 15}, 200);
    folder.notes().recent(recent);
    open(SiteSetting.AUTO);
    assertEquals("in_use", keeper.figures().get("site_state"));
    recent.add(new double[] {20, 40, 12}, 600);
    folder.notes().recent(recent);
    keeper.close();
    open(SiteSetting.AUTO);
    assertEquals("ageing", keeper.figures().get("site_state"));
    assertTrue((Double) keeper.figures().get("site_stain_shift") > 1);
  }
}
