package org.kronocyte.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.board.Press;
import org.kronocyte.image.FrameOrigin;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.CellPicture;
import org.kronocyte.slide.Accession;
import org.kronocyte.slide.FieldResult;
import org.kronocyte.slide.SlideRecord;
import org.kronocyte.slide.SlideState;
import org.kronocyte.slide.SlideStore;
import org.kronocyte.slide.SlideSummary;
import org.kronocyte.slide.Specimen;
import org.kronocyte.store.Database;
import org.kronocyte.store.Transaction;
import org.kronocyte.store.Work;

class SlideDeskTest {
  @TempDir Path folder;

  private final EventLog log = new EventLog();
  private final Sink sink = new Sink();
  private Database database;
  private SlideDesk desk;

  /** Writes down what goes into the transactions, and can make them fail. */
  private static final class Sink implements ResultSink {
    final List<String> told = new ArrayList<>();
    boolean failing;
    int committed;

    @Override
    public void pictured(
        Transaction tx, int number, FieldResult field, String slide, List<CellPicture> pictures)
        throws ProblemException {
      tx.update("INSERT OR IGNORE INTO counter VALUES (?, 1)", "pictured " + number);
    }

    @Override
    public void fieldCounted(
        Transaction tx, int number, FieldResult field, SlideSummary slide, int revision)
        throws ProblemException {
      told.add(slide.slide() + " field " + number + " revision " + revision);
      fail();
    }

    @Override
    public void slideFinished(Transaction tx, SlideSummary slide, int revision)
        throws ProblemException {
      told.add(slide.slide() + " finished, revision " + revision);
      fail();
    }

    private void fail() throws ProblemException {
      if (failing) {
        throw new ProblemException("disk_full", "by test", "wait");
      }
    }

    @Override
    public void committed() {
      committed++;
    }
  }

  @BeforeEach
  void open() throws Exception {
    database = Database.own(folder, Database.Settings.STANDARD);
    desk =
        new SlideDesk(
            database,
            TestFrames.defaults("slide-1"),
            sink,
            log,
            InstantSource.fixed(TestFrames.NOON));
  }

  @AfterEach
  void close() {
    database.close();
  }

  /** As after a power cut: nothing is known but what is stored. */
  private void restart() throws Exception {
    database.close();
    open();
  }

  private void count(String name) throws ProblemException {
    desk.count(
        desk.openSlide().orElseThrow().key(),
        TestFrames.result(name),
        TestFrames.thumbnail(name.hashCode()));
  }

  private static String refused(Executable call) {
    return assertThrows(ProblemException.class, call).problem().code();
  }

  private SlideRecord stored(String slide) throws ProblemException {
    return database.read(tx -> SlideStore.find(tx, slide)).orElseThrow();
  }

  @Test
  void picturesGoWithTheirFieldOrNotAtAll() throws Exception {
    desk.start();
    sink.failing = true;
    assertEquals("disk_full", refused(() -> count("a")));
    sink.failing = false;
    count("a");
    assertEquals(
        1L,
        database
            .read(
                tx ->
                    tx.first(
                        "SELECT value FROM counter WHERE name = 'pictured 1'",
                        r -> r.integer("value")))
            .orElseThrow());
  }

  /** What a command did and its receipt are on the disk together, or neither is. */
  @Test
  void whatGoesBesideSharesTheTransaction() throws Exception {
    Work<Void> refuses =
        tx -> {
          throw new ProblemException("by_test", "undone", "nothing");
        };
    Work<Integer> receipt =
        tx ->
            tx.update(
                "INSERT INTO counter VALUES ('receipts', 1)"
                    + " ON CONFLICT (name) DO UPDATE SET value = value + 1");
    assertEquals("by_test", refused(() -> desk.start(SlideOrder.STANDARD, refuses)));
    assertEquals(SlideDesk.Phase.IDLE, desk.phase());
    desk.start(SlideOrder.STANDARD, receipt);
    assertEquals("by_test", refused(() -> desk.pause(refuses)));
    assertEquals(SlideDesk.Phase.COUNTING, desk.phase());
    desk.pause(receipt);
    assertEquals("by_test", refused(() -> desk.resume(refuses)));
    desk.resume(receipt);
    assertEquals("by_test", refused(() -> desk.finish(refuses)));
    assertEquals(SlideState.RUNNING, stored("slide-1").state());
    desk.finish(receipt);
    restart();
    assertEquals(SlideState.FINISHED, stored("slide-1").state());
    assertEquals(
        4L,
        database
            .read(
                tx ->
                    tx.first(
                        "SELECT value FROM counter WHERE name = 'receipts'",
                        r -> r.integer("value")))
            .orElseThrow());
  }

  @Test
  void slideIsStartedPausedResumedAndFinished() throws Exception {
    desk.start();
    desk.start();
    count("a");
    assertTrue(desk.pause());
    assertTrue(desk.pause());
    desk.start();
    count("b");
    assertTrue(desk.finish().isPresent());
    assertEquals(Optional.empty(), desk.finish());
    assertEquals(
        List.of(
            "phase COUNTING",
            "field slide-1/1 a",
            "phase PAUSED",
            "phase COUNTING",
            "field slide-1/2 b",
            "finished slide-1 fields 2",
            "phase IDLE"),
        log.events());
    assertEquals(
        List.of(
            "slide-1 field 1 revision 1",
            "slide-1 field 2 revision 2",
            "slide-1 finished, revision 3"),
        sink.told);
    assertEquals(3, sink.committed);
  }

  @Test
  void shortPressesStartPauseAndResumeALongOneFinishes() {
    desk.pressed(Press.LONG);
    assertEquals(SlideDesk.Phase.IDLE, desk.phase());
    desk.pressed(Press.SHORT);
    assertEquals(SlideDesk.Phase.COUNTING, desk.phase());
    desk.pressed(Press.SHORT);
    assertEquals(SlideDesk.Phase.PAUSED, desk.phase());
    desk.pressed(Press.SHORT);
    assertEquals(SlideDesk.Phase.COUNTING, desk.phase());
    desk.pressed(Press.SHORT);
    desk.pressed(Press.LONG);
    assertEquals(SlideDesk.Phase.IDLE, desk.phase());
    assertEquals("finished slide-1 fields 0", log.events().get(log.events().size() - 2));
  }

  @Test
  void fieldThatComesJustAfterAPauseStillCountsOneAfterTheEndDoesNot() throws Exception {
    desk.start();
    desk.pause();
    count("late");
    long key = desk.openSlide().orElseThrow().key();
    desk.finish();
    assertFalse(desk.count(key, TestFrames.result("too late"), TestFrames.thumbnail(1)));
    assertEquals(
        List.of(
            "phase COUNTING",
            "phase PAUSED",
            "field slide-1/1 late",
            "finished slide-1 fields 1",
            "phase IDLE"),
        log.events());
  }

  @Test
  void nextSlideCountsFromOneAgainUnderAnIdentifierOfItsOwn() throws Exception {
    desk.start();
    count("a");
    desk.finish();
    desk.start();
    count("a");
    assertEquals("field slide-1-2/1 a", log.events().get(log.events().size() - 1));
    assertTrue(sink.told.contains("slide-1-2 field 1 revision 1"), sink.told.toString());
  }

  @Test
  void withoutASlideThereIsNothingToPauseOrResume() throws Exception {
    assertFalse(desk.pause());
    assertFalse(desk.resume());
    assertEquals(List.of(), log.events());
  }

  @Test
  void runningSlideRunsOnAfterARestart() throws Exception {
    desk.start();
    count("a");
    SlideSummary before = stored();
    restart();
    assertEquals(SlideDesk.Phase.COUNTING, desk.phase());
    assertEquals(before, stored());
    desk.tellWhatGoesOn();
    count("b");
    desk.finish();
    assertEquals(
        List.of(
            "slide-1 field 1 revision 1",
            "slide-1 field 2 revision 2",
            "slide-1 finished, revision 3"),
        sink.told,
        "numbers and revisions go on");
  }

  private SlideSummary stored() throws ProblemException {
    SlideRecord record = stored("slide-1");
    return database.read(tx -> SlideStore.session(tx, record)).summary();
  }

  @Test
  void pausedSlideStaysPausedAndAFinishedOneStaysFinished() throws Exception {
    desk.start();
    desk.pause();
    restart();
    assertEquals(SlideDesk.Phase.PAUSED, desk.phase());
    desk.finish();
    restart();
    assertEquals(SlideDesk.Phase.IDLE, desk.phase());
    desk.tellWhatGoesOn();
    assertEquals("phase IDLE", log.events().get(log.events().size() - 1));
  }

  @Test
  void imagesCountedAreKnownAfterARestartACamerasAreNot() throws Exception {
    desk.start();
    count("a");
    restart();
    assertTrue(desk.counted(new FrameOrigin("a", FrameOrigin.Kind.STORED)));
    assertFalse(desk.counted(new FrameOrigin("b", FrameOrigin.Kind.STORED)));
    assertFalse(desk.counted(new FrameOrigin("a", FrameOrigin.Kind.LIVE)));
    assertEquals("store_failed", refused(() -> count("a")), "the database wouldn't take it either");
    desk.finish();
    assertFalse(desk.counted(new FrameOrigin("a", FrameOrigin.Kind.STORED)));
  }

  @Test
  void newestThumbnailsComeBackInOrder() throws Exception {
    desk.start();
    for (int i = 0; i < 4; i++) {
      desk.count(
          desk.openSlide().orElseThrow().key(),
          TestFrames.result("f" + i),
          TestFrames.thumbnail(i));
    }
    restart();
    List<List<Integer>> firstPixels = new ArrayList<>();
    desk.thumbnails(3).forEach(t -> firstPixels.add(List.of(t.values()[0], t.values()[1])));
    List<List<Integer>> expected = new ArrayList<>();
    for (int i = 1; i < 4; i++) {
      int[] values = TestFrames.thumbnail(i).values();
      expected.add(List.of(values[0], values[1]));
    }
    assertEquals(expected, firstPixels);
  }

  /** The tally doesn't run ahead of the disk. */
  @Test
  void fieldThatCannotBeStoredCountsNowhereAndCanComeAgain() throws Exception {
    desk.start();
    count("a");
    sink.failing = true;
    assertEquals("disk_full", refused(() -> count("b")));
    assertEquals("disk_full", refused(desk::finish));
    assertEquals(SlideDesk.Phase.COUNTING, desk.phase());
    assertEquals(1, stored("slide-1").fields());
    sink.failing = false;
    count("b");
    assertEquals("slide-1 field 2 revision 2", sink.told.get(sink.told.size() - 1));
    assertEquals(2, desk.finish().orElseThrow().counted());
    assertEquals(2, stored().counted());
  }

  @Test
  void orderSaysWhatTheSlideIs() throws Exception {
    SlideOrder order =
        new SlideOrder(
            Optional.of("mine"),
            Optional.of(Specimen.MARROW),
            Optional.of(new Accession("H26-01234")),
            OptionalInt.of(500));
    assertEquals("mine", desk.start(order));
    assertEquals("slide_open", refused(() -> desk.start(order)));
    SlideSummary summary = desk.finish().orElseThrow();
    assertEquals(Specimen.MARROW, summary.specimen());
    assertEquals("H26-01234", summary.accession().orElseThrow().number());
    assertEquals(500, summary.plannedCells());
    assertFalse(summary.complete());
    assertEquals("slide_exists", refused(() -> desk.start(order)));
    SlideOrder named =
        new SlideOrder(
            Optional.of("Jane Doe"), Optional.empty(), Optional.empty(), OptionalInt.empty());
    assertEquals("bad_slide_id", refused(() -> desk.start(named)));
  }

  @Test
  void failureLeavesTheSlideIncompleteAlsoAfterARestart() throws Exception {
    desk.start();
    count("a");
    desk.countFailure();
    restart();
    assertEquals(List.of("1 fields could not be read"), desk.finish().orElseThrow().missing());
  }
}
