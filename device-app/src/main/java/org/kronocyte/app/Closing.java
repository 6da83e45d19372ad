package org.kronocyte.app;

import java.util.List;

/** Gives back what was opened before something failed. */
final class Closing {
  private Closing() {}

  /**
   * Closes the newest first.
   *
   * @param cause gets what goes wrong besides
   */
  static void all(List<AutoCloseable> opened, Exception cause) {
    for (int i = opened.size() - 1; i >= 0; i--) {
      try {
        opened.get(i).close();
      } catch (Exception e) {
        cause.addSuppressed(e);
      }
    }
  }
}
