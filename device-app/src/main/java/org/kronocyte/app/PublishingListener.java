package org.kronocyte.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.kronocyte.problem.Problem;
import org.kronocyte.publish.DeviceStatus;
import org.kronocyte.publish.Messages;
import org.kronocyte.publish.Publisher;
import org.kronocyte.publish.SlideJson;
import org.kronocyte.slide.FieldResult;
import org.kronocyte.slide.SlideSummary;

/** Turns what happens into messages. Thread-safe; never waits for the network. */
final class PublishingListener implements DaemonListener {
  private final Publisher publisher;
  private final Messages messages;
  private final DeviceStatus identity;
  private SlideDesk.Phase phase = SlideDesk.Phase.IDLE;
  private List<String> troubles = List.of();
  private int revision;

  /**
   * @param identity versions and models; its reasons last, state and further reasons are set anew
   *     with each event
   */
  PublishingListener(Publisher publisher, Messages messages, DeviceStatus identity) {
    this.publisher = publisher;
    this.messages = messages;
    this.identity = identity;
  }

  @Override
  public synchronized void phaseChanged(SlideDesk.Phase next) {
    phase = next;
    tellStatus();
  }

  @Override
  public synchronized void problem(Problem problem) {
    List<String> now = List.of(problem.sentence());
    if (!now.equals(troubles)) {
      troubles = now;
      tellStatus();
    }
  }

  @Override
  public synchronized void recovered() {
    troubles = List.of();
    tellStatus();
  }

  @Override
  public synchronized void fieldRead(int number, FieldResult field, SlideSummary slide) {
    if (number == 1) {
      revision = 0;
    }
    publisher.offer(messages.field(slide.slide(), number, field));
    publisher.offer(messages.slide(slide, SlideJson.State.PRELIMINARY, ++revision));
  }

  @Override
  public synchronized void slideFinished(SlideSummary slide) {
    publisher.offer(messages.slide(slide, SlideJson.State.FINAL, ++revision));
  }

  void health(Map<String, Object> figures) {
    publisher.offer(messages.health(figures));
  }

  private void tellStatus() {
    List<String> reasons = new ArrayList<>(identity.reasons());
    reasons.addAll(troubles);
    DeviceStatus.State state = DeviceStatus.State.READY;
    if (!reasons.isEmpty()) {
      state = DeviceStatus.State.DEGRADED;
    } else if (phase == SlideDesk.Phase.COUNTING) {
      state = DeviceStatus.State.BUSY;
    }
    publisher.status(
        new DeviceStatus(
            state, identity.versions(), identity.models(), identity.simulated(), reasons));
  }
}
