package org.kronocyte.publish.command;

import java.time.Duration;
import org.kronocyte.problem.ProblemException;

/**
 * What commands can make the device do. Each returns when it is done, or says why it can't be; the
 * problem's code and sentence go into the answer. Called by one thread.
 */
public interface DeviceActions {
  /** Begins a new slide. */
  void startSlide() throws ProblemException;

  /** Stops counting without ending the slide. */
  void pauseSlide() throws ProblemException;

  /** Goes on with a paused slide. */
  void resumeSlide() throws ProblemException;

  /** Ends the slide and reports it. */
  void finishSlide() throws ProblemException;

  /** Shows a person which device this is, and returns at once. */
  void identify(Duration length) throws ProblemException;

  /** Sends figures of health now. */
  void report() throws ProblemException;
}
