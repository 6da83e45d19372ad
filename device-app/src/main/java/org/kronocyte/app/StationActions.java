package org.kronocyte.app;

import java.time.Duration;
import java.util.Optional;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.command.DeviceActions;
import org.kronocyte.store.Work;

/** Commands, done by the same desk and lamp a person uses. */
final class StationActions implements DeviceActions {
  private final SlideDesk desk;
  private final Optional<LampListener> lamp;
  private final HealthLoop timer;
  private final Runnable report;

  /**
   * @param timer ends an identification
   * @param report sends the figures of health
   */
  StationActions(SlideDesk desk, Optional<LampListener> lamp, HealthLoop timer, Runnable report) {
    this.desk = desk;
    this.lamp = lamp;
    this.timer = timer;
    this.report = report;
  }

  @Override
  public void startSlide(Work<?> receipt) throws ProblemException {
    if (desk.phase() != SlideDesk.Phase.IDLE) {
      throw new ProblemException(
          "slide_in_progress", "there is a slide on the desk", "finish or resume it");
    }
    desk.start(SlideOrder.STANDARD, receipt);
  }

  @Override
  public void pauseSlide(Work<?> receipt) throws ProblemException {
    require(SlideDesk.Phase.COUNTING, "not_counting", "no slide is being counted");
    desk.pause(receipt);
  }

  @Override
  public void resumeSlide(Work<?> receipt) throws ProblemException {
    require(SlideDesk.Phase.PAUSED, "not_paused", "no slide is paused");
    desk.resume(receipt);
  }

  @Override
  public void finishSlide(Work<?> receipt) throws ProblemException {
    if (desk.phase() == SlideDesk.Phase.IDLE) {
      throw new ProblemException("no_slide", "there is no slide on the desk", "start one");
    }
    desk.finish(receipt);
  }

  private void require(SlideDesk.Phase phase, String code, String what) throws ProblemException {
    if (desk.phase() != phase) {
      throw new ProblemException(code, what, "look at the status message");
    }
  }

  @Override
  public void identify(Duration length) throws ProblemException {
    LampListener shown =
        lamp.orElseThrow(
            () ->
                new ProblemException(
                    "no_lamp", "this device has no status lamp", "see board.profile"));
    shown.identify();
    timer.after(length, shown::identified);
  }

  @Override
  public void report() {
    report.run();
  }
}
