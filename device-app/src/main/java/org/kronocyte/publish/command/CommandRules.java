package org.kronocyte.publish.command;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.kronocyte.publish.Ack;
import org.kronocyte.publish.ClockQuality;
import org.kronocyte.publish.DeviceClock;

/** Whether a command may be done: by its verb, by the configuration and by its time. Any thread. */
final class CommandRules {
  private final Set<Verb> allowed;
  private final DeviceClock clock;

  /**
   * @param allowed all others are refused
   */
  CommandRules(Set<Verb> allowed, DeviceClock clock) {
    this.allowed = Set.copyOf(allowed);
    this.clock = clock;
  }

  /**
   * Why a command isn't to be done; empty if it is.
   *
   * @param word the verb as written in the topic
   */
  Optional<Ack> objection(Command command, String word, Optional<Verb> verb, boolean retained) {
    Ack.Expiry expiry = expiry(command.expiresAt());
    Ack.Outcome outcome = Ack.Outcome.REFUSED;
    String reason;
    String text;
    if (retained) {
      outcome = Ack.Outcome.IGNORED;
      reason = "retained";
      text = "retained: nobody says it now; publish commands without the retain flag";
    } else if (verb.isEmpty()) {
      reason = "unknown_verb";
      text = "there is no such command";
    } else if (!allowed.contains(verb.get())) {
      reason = "forbidden";
      text = "the configuration doesn't allow it (mqtt.commands)";
    } else if (expiry == Ack.Expiry.EXPIRED) {
      outcome = Ack.Outcome.IGNORED;
      reason = "expired";
      text = "by this device's clock it expired before it arrived; compare 'at'";
    } else if (expiry == Ack.Expiry.TOO_FAR) {
      reason = "expires_too_late";
      text = "by this device's clock it is valid for more than 24 h; compare 'at'";
    } else if (expiry == Ack.Expiry.UNVERIFIED && verb.get().changes()) {
      reason = "clock_unset";
      text = "this device's clock was never set, so it can't tell whether this comes too late";
    } else {
      return Optional.empty();
    }
    return Optional.of(new Ack(command.requestId(), word, outcome, reason, text, expiry));
  }

  /** What the device's clock makes of a command's last moment. */
  Ack.Expiry expiry(Instant expiresAt) {
    if (clock.quality() == ClockQuality.UNSET) {
      return Ack.Expiry.UNVERIFIED;
    }
    Instant now = clock.instant();
    if (!now.isBefore(expiresAt)) {
      return Ack.Expiry.EXPIRED;
    }
    return expiresAt.isAfter(now.plus(CommandDesk.LONGEST_VALIDITY))
        ? Ack.Expiry.TOO_FAR
        : Ack.Expiry.VALID;
  }
}
