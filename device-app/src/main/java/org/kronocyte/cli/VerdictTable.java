package org.kronocyte.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.kronocyte.classify.CellClass;
import org.kronocyte.classify.ClassifiedCell;

/** The CSV of {@code classify} (RFC 4180 quoting, lines end with a line feed). */
final class VerdictTable {
  private final PrintWriter out;
  private final List<CellClass> labels;

  /** Writes the heading: path, label, probability, status and one {@code p_} column a class. */
  VerdictTable(PrintWriter out, List<CellClass> labels) {
    this.out = out;
    this.labels = labels;
    StringBuilder heading = new StringBuilder("path,label,probability,status");
    labels.forEach(label -> heading.append(",p_").append(label));
    line(heading);
  }

  void verdict(Path path, ClassifiedCell.Verdict verdict) {
    StringBuilder row = new StringBuilder();
    row.append(quoted(path.toString())).append(',').append(verdict.label());
    row.append(',').append(number(verdict.probability()));
    row.append(',').append(verdict.status().code());
    labels.forEach(label -> row.append(',').append(number(verdict.probabilities().get(label))));
    line(row);
  }

  /** A row for an image that couldn't be read; all numbers stay empty. */
  void error(Path path) {
    line(quoted(path.toString()) + ",,,error" + ",".repeat(labels.size()));
  }

  private void line(CharSequence text) {
    out.append(text).append('\n');
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private static String quoted(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
