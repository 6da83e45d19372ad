package org.kronocyte.publish;

import java.util.Locale;
import java.util.Objects;

/**
 * What became of a command, the shape of {@code ack.schema.json}.
 *
 * @param requestId as the command gave it
 * @param verb as the command's topic gave it
 * @param reason a code such as {@code forbidden}; empty if it was done
 * @param message the same for a person; empty if it was done
 */
public record Ack(
    String requestId, String verb, Outcome outcome, String reason, String message, Expiry expiry) {
  public static final String SCHEMA = "kronocyte/ack/1";

  /** What was made of the command. */
  public enum Outcome {
    DONE,
    /** Tried, but the device couldn't. */
    FAILED,
    /** Not tried: malformed, unknown or forbidden. */
    REFUSED,
    /** Not tried: said too long ago. */
    IGNORED;

    /** The word used in JSON. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What the device made of {@code expires_at}; how far its clock is to be trusted goes with it.
   */
  public enum Expiry {
    VALID,
    EXPIRED,
    /** Further ahead than a command may be valid. */
    TOO_FAR,
    /** The clock was never set, so nothing can be said. */
    UNVERIFIED;

    /** The word used in JSON. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Ack {
    Objects.requireNonNull(requestId, "requestId");
    Objects.requireNonNull(verb, "verb");
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(expiry, "expiry");
  }
}
