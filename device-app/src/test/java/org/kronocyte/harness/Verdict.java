package org.kronocyte.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Figures as they come, and at the end whether all was as it must be. */
final class Verdict {
  private final String what;
  private final List<String> faults = new ArrayList<>();

  Verdict(String what) {
    this.what = what;
  }

  void say(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }

  void require(boolean good, String format, Object... values) {
    String text = String.format(Locale.ROOT, format, values);
    System.out.println((good ? "ok      " : "NOT OK  ") + text);
    if (!good) {
      faults.add(text);
    }
  }

  /** The last line, and the exit code. */
  int close() {
    System.out.println(
        faults.isEmpty()
            ? "PASSED: " + what
            : "FAILED: " + what + ": " + String.join("; ", faults));
    return faults.isEmpty() ? 0 : 1;
  }
}
