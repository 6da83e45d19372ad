package org.kronocyte.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.kronocyte.slide.SlideSummary;

/** A differential as a table for a person. */
final class DifferentialText {
  private DifferentialText() {}

  /** Prints the classes seen so far with counts, shares and intervals. */
  static void print(SlideSummary slide, PrintWriter out) {
    if (slide.simulated()) {
      out.println("SIMULATED: drawn by a virtual microscope, not a specimen.");
    }
    out.printf(
        Locale.ROOT,
        "%d fields, %d cells found: %d counted, %d uncertain, %d at the edge, %d rejected%n",
        slide.fields(),
        slide.cellsFound(),
        slide.counted(),
        slide.uncertain(),
        slide.touchingEdge(),
        slide.rejected().values().stream().mapToInt(Integer::intValue).sum());
    for (SlideSummary.DifferentialLine line : slide.differential()) {
      if (line.count() > 0) {
        out.printf(
            Locale.ROOT,
            "  %s %-22s %5d  %5.1f %%  (95 %%: %.1f to %.1f)%n",
            line.label(),
            line.label().displayName(),
            line.count(),
            line.percent(),
            line.low95(),
            line.high95());
      }
    }
    if (slide.erythroblasts() > 0 && slide.denominator() > 0) {
      out.printf(Locale.ROOT, "  %d erythroblasts counted apart%n", slide.erythroblasts());
    }
    out.println("Screening aid, not a diagnosis.");
  }
}
