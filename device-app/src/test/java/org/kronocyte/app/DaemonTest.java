package org.kronocyte.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kronocyte.health.StageLiveness;
import org.kronocyte.image.Natives;
import org.kronocyte.publish.Await;
import org.kronocyte.quality.QualityGate;
import org.kronocyte.quality.ScaleTracker;

/** The daemon's two threads with the shipped models and a camera that follows a script. */
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

  @BeforeEach
  void makeDesk() {
    desk = new SlideDesk(() -> TestFrames.session("s"), log);
  }

  private Daemon daemon(ScriptedSource source) throws Exception {
    FieldReader reader =
        new FieldReader(
            ScaleTracker.configured(TestFrames.UM_PER_PX),
            new QualityGate(EVERYTHING),
            models,
            StageTimer.NONE);
    return new Daemon(source, reader, desk, log, new StageLiveness(System::nanoTime));
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

  @Test
  void everyStoredFrameIsReadInOrder() throws Exception {
    int frames = 12;
    Daemon daemon = daemon(new ScriptedSource(false, Collections.nCopies(frames, "field")));
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
    Thread run = start(daemon);
    Await.until("script played", source::played);
    daemon.stop();
    run.join();
    assertEquals(100, figure(daemon, "frames_seen"));
    assertTrue(figure(daemon, "frames_dropped") > 0, daemon.figures().toString());
    assertEquals(told("field "), figure(daemon, "fields_read"));
    assertEquals(told("refused"), figure(daemon, "frames_refused"));
    assertAddsUp(daemon);
  }

  private static Thread start(Daemon daemon) {
    Thread run =
        new Thread(
            () -> {
              try {
                daemon.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    run.start();
    return run;
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
  void stopEndsQuicklyAndFinishesTheSlide() throws Exception {
    ScriptedSource source = new ScriptedSource(true, List.of("field"));
    Daemon daemon = daemon(source);
    desk.start();
    Thread run = start(daemon);
    Await.until("field read", () -> told("field ") == 1);
    long start = System.nanoTime();
    daemon.stop();
    run.join();
    assertTrue(System.nanoTime() - start < 1_000_000_000L);
    assertEquals(1, told("finished s fields 1"));
  }

  @Test
  void stopEndsAStoredSourceThatWaitsForAPausedSlide() throws Exception {
    ScriptedSource source = new ScriptedSource(false, Collections.nCopies(8, "field"));
    Daemon daemon = daemon(source);
    Thread run = start(daemon);
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
    Thread run = start(daemon);
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
    assertEquals(1, told("finished"));
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
