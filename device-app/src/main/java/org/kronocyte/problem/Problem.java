package org.kronocyte.problem;

import java.util.Objects;

/**
 * Something a person can act on. Its three parts go to the log, to standard error and into JSON
 * {@code error} entries unchanged.
 *
 * @param code stable lower-case identifier with underscores, e.g. {@code image_truncated}; scripts
 *     may match on it
 * @param message what happened, with the value seen
 * @param remedy what to do about it
 */
public record Problem(String code, String message, String remedy) {
  public Problem {
    if (!code.matches("[a-z][a-z0-9_]*")) {
      throw new IllegalArgumentException(
          "problem code '" + code + "' is not lower-case with underscores");
    }
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(remedy, "remedy");
  }

  /** Message and remedy as one sentence for a terminal or a log. */
  public String sentence() {
    return message + "; " + remedy;
  }
}
