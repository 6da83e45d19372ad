package org.kronocyte.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.kronocyte.app.EngineMeasurement;
import org.kronocyte.model.ModelManifest;

/** The forms of a pack side by side. */
final class FormsTable {
  private FormsTable() {}

  static void print(EngineMeasurement.Result result, PrintWriter out) {
    boolean classifier = result.pack().manifest().kind() == ModelManifest.Kind.CLASSIFIER;
    out.printf(
        Locale.ROOT,
        "%-28s %9s %9s%s%n",
        "%s, %d x %d px".formatted(result.pack().id(), result.sidePx(), result.sidePx()),
        "p50 ms",
        "p95 ms",
        classifier ? "  p50 ms an image of a batch" : "");
    for (EngineMeasurement.Timed timed : result.forms()) {
      String name = "  " + timed.form().code() + (timed.form() == result.fastest() ? " *" : "");
      if (timed.single().isEmpty()) {
        out.printf("%-28s %s%n", name, timed.problem().orElse(""));
        continue;
      }
      out.printf(
          Locale.ROOT,
          "%-28s %9.2f %9.2f",
          name,
          timed.single().get().p50Ms(),
          timed.single().get().p95Ms());
      timed.perImageInBatch().ifPresent(t -> out.printf(Locale.ROOT, " %27.2f", t.p50Ms()));
      out.println();
    }
  }
}
