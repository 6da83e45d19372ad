package org.kronocyte.app;

import java.util.List;
import org.kronocyte.problem.Problem;
import org.kronocyte.quality.QualityReport;
import org.kronocyte.slide.FieldResult;
import org.kronocyte.slide.SlideSummary;

/**
 * Several listeners as one, told in order.
 *
 * @param all who is told
 */
public record Listeners(List<DaemonListener> all) implements DaemonListener {
  public Listeners {
    all = List.copyOf(all);
  }

  @Override
  public void phaseChanged(SlideDesk.Phase phase) {
    all.forEach(l -> l.phaseChanged(phase));
  }

  @Override
  public void fieldRead(int number, FieldResult field, SlideSummary slide) {
    all.forEach(l -> l.fieldRead(number, field, slide));
  }

  @Override
  public void fieldRefused(QualityReport report) {
    all.forEach(l -> l.fieldRefused(report));
  }

  @Override
  public void slideFinished(SlideSummary slide) {
    all.forEach(l -> l.slideFinished(slide));
  }

  @Override
  public void problem(Problem problem) {
    all.forEach(l -> l.problem(problem));
  }

  @Override
  public void recovered() {
    all.forEach(DaemonListener::recovered);
  }
}
