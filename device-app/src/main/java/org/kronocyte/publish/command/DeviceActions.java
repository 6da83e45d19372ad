package org.kronocyte.publish.command;

import java.time.Duration;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.SiteAnswer;
import org.kronocyte.store.Work;

/**
 * What commands can make the device do. Each returns when it is done, or says why it can't be; the
 * problem's code and sentence go into the answer. What is done to a slide goes to the disk in one
 * transaction with {@code receipt}. Called by one thread.
 */
public interface DeviceActions {
  /** Begins a new slide. */
  void startSlide(Work<?> receipt) throws ProblemException;

  /** Stops counting without ending the slide. */
  void pauseSlide(Work<?> receipt) throws ProblemException;

  /** Goes on with a paused slide. */
  void resumeSlide(Work<?> receipt) throws ProblemException;

  /** Ends the slide and reports it. */
  void finishSlide(Work<?> receipt) throws ProblemException;

  /** Shows a person which device this is, and returns at once. */
  void identify(Duration length) throws ProblemException;

  /** Sends figures of health now. */
  void report() throws ProblemException;

  /** The site calibrations there are. */
  SiteAnswer sites() throws ProblemException;

  /**
   * Learns a site calibration from the cells there are; takes seconds.
   *
   * @param slidesAreNormal a person has looked at the slides they come from: cells that were called
   *     blasts and then aren't any more are no reason to refuse it
   * @return what there is then
   * @throws ProblemException also for each reason why it would do harm
   */
  SiteAnswer calibrateSite(boolean slidesAreNormal) throws ProblemException;

  /** Goes back to the site calibration before, and returns what there is then. */
  SiteAnswer undoSite() throws ProblemException;

  /** Allows to learn again after an undoing, and returns what there is then. */
  SiteAnswer learnAgain() throws ProblemException;
}
