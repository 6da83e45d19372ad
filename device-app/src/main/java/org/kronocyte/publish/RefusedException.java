package org.kronocyte.publish;

import java.io.IOException;

/**
 * The broker has this packet and won't take it; the connection is fine. Sending it again at once
 * would only be refused again.
 */
public final class RefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  public RefusedException(String message) {
    super(message);
  }
}
