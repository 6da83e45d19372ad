package org.kronocyte.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.kronocyte.problem.Problem;
import org.kronocyte.publish.DeviceStatus;
import org.kronocyte.publish.Messages;
import org.kronocyte.publish.Publisher;

/**
 * Turns the device's state into messages; results go by {@link OutboxResults}. Thread-safe; never
 * waits for the network.
 */
final class PublishingListener implements DaemonListener {
  private static final Pattern IMAGE_CODE = Pattern.compile("image_|frame_|recording_");

  /** As in the schema of a status. */
  private static final int MAX_REASON_CHARS = 500;

  private final Publisher publisher;
  private final Messages messages;
  private final DeviceStatus identity;
  private SlideDesk.Phase phase = SlideDesk.Phase.IDLE;
  private List<String> troubles = List.of();

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
    List<String> now = List.of(reason(problem));
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

  void health(Map<String, Object> figures) {
    publisher.offer(messages.health(figures));
  }

  /** A stored image's path may name a patient; it stays in the device's own log. */
  private static String reason(Problem problem) {
    String said =
        IMAGE_CODE.matcher(problem.code()).lookingAt()
            ? "an image can't be read (" + problem.code() + "); " + problem.remedy()
            : problem.sentence();
    return said.substring(0, Math.min(said.length(), MAX_REASON_CHARS));
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
