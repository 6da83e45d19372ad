package org.kronocyte.publish;

import java.util.List;
import java.util.Optional;

/**
 * What is said for dashboards beside our messages, as long as the broker goes on with the
 * connection then: none of it may hold up a result. Not thread-safe.
 */
final class Dashboards {
  /** Losses in a row with the same topic oldest, after which nothing more is said. */
  static final int LOSSES = 2;

  private List<Flattening> flattenings;
  private Optional<String> suspect = Optional.empty();
  private int losses;

  Dashboards(List<Flattening> flattenings) {
    this.flattenings = flattenings;
  }

  List<Packet> atConnect() {
    return flattenings.stream().flatMap(f -> f.atConnect().stream()).toList();
  }

  List<Packet> beside(Message message) {
    return flattenings.stream().flatMap(f -> f.beside(message).stream()).toList();
  }

  void acknowledged(String topic) {
    if (suspect.equals(Optional.of(topic))) {
      clearSuspicion();
    }
  }

  /**
   * A connection broke off.
   *
   * @param oldest topic of what should have been acknowledged next, if that was for a dashboard
   * @return whether nothing is said any more for that
   */
  boolean connectionLost(Optional<String> oldest) {
    if (!suspect.equals(oldest)) {
      clearSuspicion();
      suspect = oldest;
    }
    if (oldest.isEmpty() || ++losses < LOSSES) {
      return false;
    }
    flattenings = List.of();
    clearSuspicion();
    return true;
  }

  private void clearSuspicion() {
    suspect = Optional.empty();
    losses = 0;
  }
}
