package org.kronocyte.publish.command;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A command that was read, not yet judged.
 *
 * @param requestId one for each command, chosen by the sender
 * @param expiresAt after that it must not be done any more, UTC
 * @param duration argument {@code seconds}, where the verb has one
 * @param slidesAreNormal argument {@code slides_are_normal}: a person has looked; false without
 */
public record Command(
    String requestId, Instant expiresAt, Optional<Duration> duration, boolean slidesAreNormal) {
  public static final String SCHEMA = "kronocyte/cmd/1";
}
