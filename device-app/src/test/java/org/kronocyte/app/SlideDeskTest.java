package org.kronocyte.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.kronocyte.board.Press;
import org.kronocyte.slide.SlideSession;

class SlideDeskTest {
  private final EventLog log = new EventLog();
  private final SlideDesk desk = new SlideDesk(this::open, log);
  private int opened;

  private SlideSession open() {
    return TestFrames.session("slide-" + ++opened);
  }

  @Test
  void slideIsStartedPausedResumedAndFinished() {
    desk.start();
    desk.start();
    desk.count(TestFrames.result("a"));
    desk.pause();
    desk.pause();
    desk.start();
    desk.count(TestFrames.result("b"));
    desk.finish();
    desk.finish();
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
  void fieldThatComesJustAfterAPauseStillCountsOneAfterTheEndDoesNot() {
    desk.start();
    desk.pause();
    desk.count(TestFrames.result("late"));
    desk.finish();
    desk.count(TestFrames.result("too late"));
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
  void nextSlideCountsFromOneAgain() {
    desk.start();
    desk.count(TestFrames.result("a"));
    desk.finish();
    desk.start();
    desk.count(TestFrames.result("b"));
    assertEquals("field slide-2/1 b", log.events().get(log.events().size() - 1));
  }

  @Test
  void pauseWithoutASlideIsNothing() {
    desk.pause();
    assertEquals(List.of(), log.events());
  }
}
