package org.kronocyte.app;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.kronocyte.classify.SiteCalibrator;
import org.kronocyte.model.SiteCalibration;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.SiteAnswer;
import org.kronocyte.publish.command.DeviceActions;
import org.kronocyte.store.Work;

/** Commands, done by the same desk and lamp a person uses. */
final class StationActions implements DeviceActions {
  /** A few hundred cells on a small board, with room. */
  private static final Duration LEARNING = Duration.ofMinutes(2);

  private final SlideDesk desk;
  private final Optional<SiteKeeper> site;
  private final Optional<LampListener> lamp;
  private final HealthLoop timer;
  private final Runnable report;

  /**
   * @param timer ends an identification
   * @param report sends the figures of health
   */
  StationActions(
      SlideDesk desk,
      Optional<SiteKeeper> site,
      Optional<LampListener> lamp,
      HealthLoop timer,
      Runnable report) {
    this.desk = desk;
    this.site = site;
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

  @Override
  public SiteAnswer sites() throws ProblemException {
    return keeper().answer();
  }

  @Override
  public SiteAnswer calibrateSite(boolean slidesAreNormal) throws ProblemException {
    if (desk.phase() != SlideDesk.Phase.IDLE) {
      throw new ProblemException(
          "slide_in_progress",
          "there is a slide on the desk; a site calibration is learnt between slides",
          "ask again when it is finished");
    }
    SiteCalibration unused =
        await(
            keeper()
                .calibrate(
                    slidesAreNormal
                        ? SiteCalibrator.Care.ATTENDED
                        : SiteCalibrator.Care.UNATTENDED));
    return keeper().answer();
  }

  private static SiteCalibration await(Future<SiteCalibration> learnt) throws ProblemException {
    try {
      return learnt.get(LEARNING.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ProblemException problem) {
        throw problem;
      }
      throw new IllegalStateException("learning failed unforeseen", e.getCause());
    } catch (TimeoutException e) {
      throw unfinished("it isn't finished after " + LEARNING.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unfinished("the device stops", e);
    }
  }

  private static ProblemException unfinished(String why, Exception cause) {
    return new ProblemException(
        "site_unfinished",
        "no site calibration yet: " + why,
        "it may still come; look with site-list",
        cause);
  }

  @Override
  public SiteAnswer undoSite() throws ProblemException {
    SiteCalibration unused = keeper().undo();
    return keeper().answer();
  }

  @Override
  public SiteAnswer learnAgain() throws ProblemException {
    int unused = keeper().again();
    return keeper().answer();
  }

  private SiteKeeper keeper() throws ProblemException {
    return site.orElseThrow(
        () ->
            new ProblemException(
                "site_not_learnt", "this device learns no site calibration", "see models.site"));
  }
}
