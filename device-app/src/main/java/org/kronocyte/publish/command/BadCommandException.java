package org.kronocyte.publish.command;

import java.util.Optional;

/** A command that can't be read; says to whom to say so, if that much can be read. */
final class BadCommandException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;
  private final transient Optional<String> requestId;

  BadCommandException(String reason, String message, Optional<String> requestId) {
    super(message);
    this.reason = reason;
    this.requestId = requestId;
  }

  /** A code. */
  String reason() {
    return reason;
  }

  Optional<String> requestId() {
    return requestId;
  }
}
