package org.kronocyte.app;

import org.kronocyte.problem.Problem;
import org.kronocyte.quality.QualityReport;
import org.kronocyte.slide.FieldResult;
import org.kronocyte.slide.SlideSummary;

/** Told what happens in the daemon, on the thread where it happens; must return quickly. */
public interface DaemonListener {
  /** Counting began, was interrupted or ended. */
  default void phaseChanged(SlideDesk.Phase phase) {}

  /**
   * A field was read and counted.
   *
   * @param number of the field within its slide, from 1
   * @param slide the tally with this field in it
   */
  default void fieldRead(int number, FieldResult field, SlideSummary slide) {}

  /** The gate refused a frame. */
  default void fieldRefused(QualityReport report) {}

  /** A slide was finished by a person, or by the end of the source. */
  default void slideFinished(SlideSummary slide) {}

  /** The camera or a frame gave an error; the daemon goes on. */
  default void problem(Problem problem) {}

  /** The camera delivers again after an error. */
  default void recovered() {}
}
