package org.kronocyte.cli;

import java.io.PrintWriter;
import java.util.Locale;

/** A bar on a terminal; nothing where output goes to a file or a pipe. One thread. */
final class ProgressBar {
  private static final int WIDTH = 40;

  private final PrintWriter out;
  private final boolean terminal;
  private final long startNanos = System.nanoTime();

  /**
   * @param out where the terminal reads, standard error so that results can be piped
   */
  ProgressBar(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /**
   * Whether somebody watches standard error; only the launcher can tell, Java has no call for it.
   */
  static boolean onTerminal() {
    return Boolean.getBoolean("kronocyte.terminal");
  }

  void update(int done, int all) {
    if (!terminal) {
      return;
    }
    int filled = WIDTH * done / all;
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    out.printf(
        Locale.ROOT,
        "\r[%s%s] %d/%d  %.1f/s",
        "#".repeat(filled),
        "-".repeat(WIDTH - filled),
        done,
        all,
        done / seconds);
    if (done == all) {
      out.println();
    }
    out.flush();
  }
}
