import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Figures as they come, and at the end whether all was as it must be. */
final class Verdict {
  private final List<String> faults = new ArrayList<>();

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

  /** The same, said only if it isn't so. */
  void check(boolean good, String text) {
    if (!good) {
      require(false, "%s", text);
    }
  }

  /** The last line, the line of a long run among the results, and the end of the process. */
  void close(Options options, String harness, long seed, String counts) throws IOException {
    String wrong = faults.isEmpty() ? "" : " (" + String.join("; ", faults) + ")";
    Options.verdict(
        options, harness, seed, counts + ", faults " + faults.size() + wrong, faults.isEmpty());
  }
}
