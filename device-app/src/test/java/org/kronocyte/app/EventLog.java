package org.kronocyte.app;

import java.util.ArrayList;
import java.util.List;
import org.kronocyte.problem.Problem;
import org.kronocyte.quality.QualityReport;
import org.kronocyte.slide.FieldResult;
import org.kronocyte.slide.SlideSummary;

/** Writes down what a listener is told, one short line an event. */
final class EventLog implements DaemonListener {
  private final List<String> events = new ArrayList<>();

  synchronized List<String> events() {
    return List.copyOf(events);
  }

  private synchronized void add(String event) {
    events.add(event);
  }

  @Override
  public void phaseChanged(SlideDesk.Phase phase) {
    add("phase " + phase);
  }

  @Override
  public void fieldRead(int number, FieldResult field, SlideSummary slide) {
    add("field " + slide.slide() + "/" + number + " " + field.origin().name());
  }

  @Override
  public void fieldRefused(QualityReport report) {
    add("refused");
  }

  @Override
  public void slideFinished(SlideSummary slide) {
    add("finished " + slide.slide() + " fields " + slide.fields());
  }

  @Override
  public void problem(Problem problem) {
    add("problem " + problem.code());
  }

  @Override
  public void recovered() {
    add("recovered");
  }
}
