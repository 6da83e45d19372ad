package org.kronocyte.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kronocyte.health.StageLiveness;
import org.kronocyte.image.Natives;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.Await;
import org.kronocyte.quality.QualityGate;
import org.kronocyte.quality.ScaleTracker;
import org.kronocyte.slide.FieldResult;
import org.kronocyte.slide.SlideRecord;
import org.kronocyte.slide.SlideStore;
import org.kronocyte.slide.SlideSummary;
import org.kronocyte.store.Database;
import org.kronocyte.store.Transaction;

/** The daemon's threads with the shipped models and a camera that follows a script. */
@Timeout(60)
class DaemonTest {
  private static final QualityGate.Limits EVERYTHING = new QualityGate.Limits(0, 1, 0, 0.02, 0);

  private static Models models;

  private final EventLog log = new EventLog();
  private SlideDesk desk;

  @BeforeAll
  static void load() throws Exception {
    Natives.load();
    models = Models.load(Path.of("../models-quantized/packs"), 1);
  }

  @AfterAll
  static void free() {
    models.close();
  }

  @TempDir Path folder;
  private Database database;

  @BeforeEach
  void makeDesk() throws Exception {
    database = Database.own(folder, Database.Settings.STANDARD);
    openDesk();
  }

  private void openDesk() throws Exception {
    openDesk(ResultSink.NONE);
  }

  private void openDesk(ResultSink results) throws Exception {
    desk =
        new SlideDesk(
            database, TestFrames.defaults("s"), results, log, InstantSource.fixed(TestFrames.NOON));
  }

  @AfterEach
  void close() {
    database.close();
  }

  private Daemon daemon(ScriptedSource source) throws Exception {
    return daemon(source, EVERYTHING);
  }

  private Daemon daemon(ScriptedSource source, QualityGate.Limits limits) throws Exception {
    return daemon(source, limits, true);
  }

  private Daemon daemon(ScriptedSource source, QualityGate.Limits limits, boolean ahead)
      throws Exception {
    FieldReader reader =
        new FieldReader(
            ScaleTracker.configured(TestFrames.UM_PER_PX),
            new QualityGate(limits),
            models,
            StageTimer.NONE);
    return new Daemon(
        source, reader, desk, log, new StageLiveness(System::nanoTime), ahead, Optional.empty());
  }

  private static long figure(Daemon daemon, String name) {
    return ((Number) daemon.figures().get(name)).longValue();
  }

  private static void assertAddsUp(Daemon daemon) {
    long accounted =
        figure(daemon, "fields_read")
            + figure(daemon, "frames_refused")
            + figure(daemon, "frames_failed")
            + figure(daemon, "frames_dropped")
            + figure(daemon, "frames_passed_over")
            + figure(daemon, "frames_waiting");
    assertEquals(figure(daemon, "frames_seen"), accounted, daemon.figures().toString());
  }

  private long told(String beginning) {
    return log.events().stream().filter(e -> e.startsWith(beginning)).count();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyStoredFrameIsReadInOrder(boolean ahead) throws Exception {
    int frames = 12;
    ScriptedSource source = new ScriptedSource(false, Collections.nCopies(frames, "field"));
    Daemon daemon = daemon(source, EVERYTHING, ahead);
    desk.start();
    daemon.run();
    List<String> expected = new ArrayList<>(List.of("phase COUNTING"));
    IntStream.range(0, frames).forEach(i -> expected.add("field s/" + (i + 1) + " drawn-" + i));
    expected.add("finished s fields " + frames);
    expected.add("phase IDLE");
    assertEquals(expected, log.events());
    assertEquals(frames, figure(daemon, "fields_read"));
    assertEquals(0, figure(daemon, "frames_dropped"));
    assertAddsUp(daemon);
  }

  @Test
  void liveFramesAreDroppedWhileTheReaderIsBusyAndEveryOneIsAccountedFor() throws Exception {
    List<String> script = new ArrayList<>(Collections.nCopies(100, "blank"));
    Collections.fill(script.subList(0, 3), "field");
    ScriptedSource source = new ScriptedSource(true, script);
    Daemon daemon = daemon(source);
    desk.start();
    Thread run = DaemonThread.start(daemon);
    Await.until("script played", source::played);
    daemon.stop();
    run.join();
    assertEquals(100, figure(daemon, "frames_seen"));
    assertTrue(figure(daemon, "frames_dropped") > 0, daemon.figures().toString());
    assertEquals(told("field "), figure(daemon, "fields_read"));
    assertEquals(told("refused"), figure(daemon, "frames_refused"));
    assertAddsUp(daemon);
  }

  /** What became of each frame is told in the order they came, whichever step it failed in. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void refusedAndFailedFramesAreToldInOrder(boolean ahead) throws Exception {
    Daemon daemon =
        daemon(
            new ScriptedSource(
                false, List.of("field", "blank", "tiny", "field", "tiny", "blank", "field")),
            EVERYTHING,
            ahead);
    desk.start();
    daemon.run();
    List<String> told =
        log.events().stream()
            .map(e -> e.split(" ", -1)[0])
            .filter(e -> !e.equals("phase"))
            .toList();
    assertEquals(
        List.of("field", "refused", "problem", "field", "problem", "refused", "field", "finished"),
        told);
    assertEquals(2, figure(daemon, "frames_failed"));
    assertAddsUp(daemon);
  }

  /** A stage that stands still: the next look is prepared before the last one is counted. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void onePlaceIsCountedOnce(boolean ahead) throws Exception {
    QualityGate.Limits seeing = new QualityGate.Limits(0, 1, 0, 0.02, 8);
    List<String> script =
        List.of("still", "still", "still", "live", "still", "live", "still", "still");
    Daemon daemon = daemon(new ScriptedSource(false, script), seeing, ahead);
    desk.start();
    daemon.run();
    assertEquals(3, figure(daemon, "fields_read"));
    assertEquals(5, figure(daemon, "frames_refused"));
    assertAddsUp(daemon);
  }

  /** Accepted fields are never dropped, however many threads they are spread over. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatWasTakenFromTheQueueIsCountedWhileStopping(boolean ahead) throws Exception {
    ScriptedSource source = new ScriptedSource(false, Collections.nCopies(400, "field"));
    Daemon daemon = daemon(source, EVERYTHING, ahead);
    desk.start();
    Thread run = DaemonThread.start(daemon);
    Await.until("busy", () -> told("field ") >= 3);
    daemon.stop();
    run.join();
    long read = figure(daemon, "fields_read");
    assertTrue(read < 400, "stopped in the middle");
    assertEquals(read, told("field "));
    // Two waited, and one was in the camera's hand.
    assertTrue(figure(daemon, "frames_dropped") <= Daemon.QUEUED_FRAMES + 1);
    assertAddsUp(daemon);
  }

  /** Waiting mends nothing then; the next start does. */
  @Test
  void damagedStoreEndsTheDaemonAndLeavesTheSlideOpen() throws Exception {
    openDesk(
        new ResultSink() {
          @Override
          public void fieldCounted(
              Transaction tx, int number, FieldResult field, SlideSummary slide, int revision)
              throws ProblemException {
            if (number == 3) {
              throw new ProblemException(Database.DAMAGED, "by test", "start again");
            }
          }

          @Override
          public void slideFinished(Transaction tx, SlideSummary slide, int revision) {}

          @Override
          public void committed() {}
        });
    Daemon daemon =
        daemon(new ScriptedSource(false, Collections.nCopies(8, "field")), EVERYTHING, true);
    desk.start();
    ProblemException e = assertThrows(ProblemException.class, daemon::run);
    assertEquals(Database.DAMAGED, e.problem().code());
    assertEquals(2, figure(daemon, "fields_read"));
    assertEquals(1, told("problem " + Database.DAMAGED));
    assertEquals(SlideDesk.Phase.COUNTING, desk.phase());
  }

  @Test
  void cameraErrorsAndRecoveryAreTold() throws Exception {
    Daemon daemon =
        daemon(
            new ScriptedSource(
                false, List.of("field", "gone", "none", "gone", "field", "blank", "gone")));
    desk.start();
    daemon.run();
    List<String> camera =
        log.events().stream()
            .filter(e -> e.startsWith("problem") || e.equals("recovered"))
            .toList();
    assertEquals(
        List.of("problem camera_lost", "problem camera_lost", "recovered", "problem camera_lost"),
        camera);
    assertEquals(3, figure(daemon, "camera_errors"));
    assertEquals(2, figure(daemon, "fields_read"));
    assertEquals(1, figure(daemon, "frames_refused"));
    assertAddsUp(daemon);
  }

  @Test
  void stopEndsQuicklyAndLeavesTheSlideOpen() throws Exception {
    ScriptedSource source = new ScriptedSource(true, List.of("field"));
    Daemon daemon = daemon(source);
    desk.start();
    Thread run = DaemonThread.start(daemon);
    Await.until("field read", () -> told("field ") == 1);
    long start = System.nanoTime();
    daemon.stop();
    run.join();
    assertTrue(System.nanoTime() - start < 1_000_000_000L);
    assertEquals(0, told("finished"));
    assertEquals(SlideDesk.Phase.COUNTING, desk.phase());
  }

  /** A source that begins anew after a restart, as a folder does, gives each field once. */
  @Test
  void restartGoesOnWhereItWasAndCountsNoFieldTwice() throws Exception {
    Daemon first = daemon(new ScriptedSource(false, List.of("field", "field", "field", "wait")));
    desk.start();
    Thread run = DaemonThread.start(first);
    Await.until("three read", () -> told("field ") == 3);
    first.stop();
    run.join();
    openDesk();
    Daemon second = daemon(new ScriptedSource(false, Collections.nCopies(5, "field")));
    second.run();
    List<String> fields = log.events().stream().filter(e -> e.startsWith("field ")).toList();
    assertEquals(
        List.of(
            "field s/1 drawn-0",
            "field s/2 drawn-1",
            "field s/3 drawn-2",
            "field s/4 drawn-3",
            "field s/5 drawn-4"),
        fields);
    assertEquals(3, figure(second, "frames_refused"));
    assertEquals(1, told("finished s fields 5"));
    assertAddsUp(second);
  }

  /** A camera's frames have no names: the thumbnails tell. */
  @Test
  void placeCountedBeforeARestartIsRefusedByItsLooks() throws Exception {
    QualityGate.Limits seeing = new QualityGate.Limits(0, 1, 0, 0.02, 8);
    for (int round = 0; round < 2; round++) {
      Daemon daemon =
          daemon(
              new ScriptedSource(false, List.of("live", "live", "live", "live")).endless(), seeing);
      if (round == 0) {
        desk.start();
      } else {
        openDesk();
      }
      Thread run = DaemonThread.start(daemon);
      Await.until(
          "all seen",
          Duration.ofSeconds(45), // On a machine that does other things, too.
          () -> figure(daemon, "fields_read") + figure(daemon, "frames_refused") == 4);
      daemon.stop();
      run.join();
      assertEquals(round == 0 ? 4 : 0, figure(daemon, "fields_read"));
    }
    assertEquals(4, told("field s/"));
  }

  @Test
  void imageThatCannotBeReadLeavesTheSlideIncomplete() throws Exception {
    Daemon daemon = daemon(new ScriptedSource(false, List.of("field", "gone")));
    desk.start();
    daemon.run();
    SlideRecord slide = database.read(tx -> SlideStore.find(tx, "s")).orElseThrow();
    assertEquals(1, slide.failedFields());
    List<String> missing = database.read(tx -> SlideStore.session(tx, slide)).summary().missing();
    assertTrue(missing.contains("1 fields could not be read"), missing.toString());
  }

  @Test
  void imageThatCannotBeReadBeforeTheSlideIsOpenIsMissingFromIt() throws Exception {
    ScriptedSource source = new ScriptedSource(false, List.of("gone", "field"));
    Daemon daemon = daemon(source);
    Thread run = DaemonThread.start(daemon);
    Await.until("read ahead", () -> figure(daemon, "frames_seen") == 1);
    desk.start();
    run.join();
    assertEquals(1, database.read(tx -> SlideStore.find(tx, "s")).orElseThrow().failedFields());
  }

  /** Nothing accepted is dropped for want of room; no technician is needed. */
  @Test
  void fieldWaitsForRoomOnTheDisk() throws Exception {
    int frames = 12;
    Daemon daemon = daemon(new ScriptedSource(false, Collections.nCopies(frames, "field")));
    desk.start();
    pragma("max_page_count = " + (pragma("page_count") + 2));
    Thread run = DaemonThread.start(daemon);
    Await.until("told", () -> told("problem disk_full") == 1);
    assertTrue(told("field ") < frames);
    pragma("max_page_count = 100000");
    run.join();
    assertEquals(frames, told("field "));
    assertEquals(1, told("recovered"));
    assertEquals(1, told("finished s fields " + frames));
    assertAddsUp(daemon);
  }

  private long pragma(String pragma) throws Exception {
    return database.read(
        tx ->
            tx.first("PRAGMA " + pragma, row -> row.integer(pragma.replaceAll(" =.*", "")))
                .orElse(0L));
  }

  @Test
  void stopEndsAStoredSourceThatWaitsForAPausedSlide() throws Exception {
    ScriptedSource source = new ScriptedSource(false, Collections.nCopies(8, "field"));
    Daemon daemon = daemon(source);
    Thread run = DaemonThread.start(daemon);
    Await.until("queue full", () -> figure(daemon, "frames_seen") == Daemon.QUEUED_FRAMES + 1);
    daemon.stop();
    run.join();
    assertEquals(0, figure(daemon, "fields_read"));
    assertAddsUp(daemon);
  }

  @Test
  void liveFramesArePassedOverWhileNothingIsCounted() throws Exception {
    ScriptedSource source = new ScriptedSource(true, Collections.nCopies(5, "field"));
    Daemon daemon = daemon(source);
    Thread run = DaemonThread.start(daemon);
    Await.until("all looked at", () -> source.played() && figure(daemon, "frames_waiting") == 0);
    daemon.stop();
    run.join();
    assertEquals(List.of(), log.events());
    assertTrue(figure(daemon, "frames_passed_over") > 0);
    assertAddsUp(daemon);
  }

  @Test
  void unforeseenFailureOfTheCameraIsNoEndOfTheSource() throws Exception {
    Daemon daemon = daemon(new ScriptedSource(true, List.of("field", "bug")));
    desk.start();
    IllegalStateException e = assertThrows(IllegalStateException.class, daemon::run);
    assertEquals("by script", e.getMessage());
    assertEquals(0, told("finished"), "the slide goes on in the next run");
  }

  @Test
  void errorOfTheCameraThreadIsNoEndOfTheSourceEither() throws Exception {
    Daemon daemon = daemon(new ScriptedSource(true, List.of("field", "error")));
    desk.start();
    IllegalStateException e = assertThrows(IllegalStateException.class, daemon::run);
    assertEquals("by script", e.getCause().getMessage());
    assertEquals(0, told("finished"), "the slide goes on in the next run");
  }

  @Test
  void figuresAreFlat() throws Exception {
    Daemon daemon = daemon(new ScriptedSource(false, List.of()));
    for (Map.Entry<String, Object> figure : daemon.figures().entrySet()) {
      assertTrue(figure.getKey().matches("[a-z_]+"), figure.getKey());
      assertTrue(figure.getValue() instanceof Number || figure.getValue() instanceof String);
    }
  }
}
