package org.kronocyte.slide;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.kronocyte.classify.ClassifiedCell;
import org.kronocyte.image.Box;
import org.kronocyte.image.FrameOrigin;
import org.kronocyte.image.Scale;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.quality.FieldThumbnail;
import org.kronocyte.quality.QualityReport;
import org.kronocyte.segment.SecondOpinion;
import org.kronocyte.store.Row;
import org.kronocyte.store.Transaction;

/** Fields as rows; reading gives back exactly what was written. */
final class FieldRows {
  private FieldRows() {}

  static void insert(
      Transaction tx, long slide, int number, FieldResult field, FieldThumbnail thumbnail)
      throws ProblemException {
    tx.update(
        "INSERT INTO field VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        slide,
        number,
        field.origin().name(),
        field.origin().kind().name(),
        field.capturedAt().toString(),
        field.width(),
        field.height(),
        field.scale().umPerPx(),
        field.scale().source().name(),
        field.scale().confidence(),
        field.quality().focus(),
        field.quality().usable(),
        String.join(" ", field.quality().reasons()),
        thumbnail.bytes(),
        field.secondOpinion().map(opinion -> boxes(opinion.onlySecond())).orElse(null));
    CellRows.insert(tx, slide, number, field.cells());
  }

  /** All fields of a slide in the order they were counted, cells included. */
  static List<FieldResult> read(Transaction tx, long slide) throws ProblemException {
    CellRows cells = CellRows.read(tx, slide);
    return tx.query(
        "SELECT * FROM field WHERE slide = ? ORDER BY number", row -> field(row, cells), slide);
  }

  /** The newest thumbnails of a slide, oldest first. */
  static List<FieldThumbnail> thumbnails(Transaction tx, long slide, int newest)
      throws ProblemException {
    return tx
        .query(
            "SELECT * FROM (SELECT number, fingerprint FROM field WHERE slide = ?"
                + " AND fingerprint IS NOT NULL ORDER BY number DESC LIMIT ?) ORDER BY number",
            row -> row.maybeBytes("fingerprint").map(FieldThumbnail::ofBytes),
            slide,
            newest)
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  private static FieldResult field(Row row, CellRows cells) throws ProblemException {
    String reasons = row.text("reasons");
    List<ClassifiedCell> seen = cells.of(row.number("number"));
    return new FieldResult(
        new FrameOrigin(row.text("origin"), FrameOrigin.Kind.valueOf(row.text("origin_kind"))),
        Instant.parse(row.text("captured_at")),
        row.number("width"),
        row.number("height"),
        new Scale(
            row.real("um_per_px"),
            Scale.Source.valueOf(row.text("scale_source")),
            row.real("scale_confidence")),
        new QualityReport(
            row.real("focus"),
            row.flag("usable"),
            reasons.isEmpty() ? List.of() : List.of(reasons.split(" ", -1))),
        seen,
        row.maybeText("only_second").map(only -> secondOpinion(seen, only)));
  }

  private static SecondOpinion secondOpinion(List<ClassifiedCell> cells, String onlySecond) {
    return new SecondOpinion(
        cells.stream().flatMap(c -> c.cell().secondLook().stream()).toList(), boxes(onlySecond));
  }

  private static String boxes(List<Box> boxes) {
    return boxes.stream()
        .map(b -> b.x() + " " + b.y() + " " + b.width() + " " + b.height())
        .collect(Collectors.joining(";"));
  }

  private static List<Box> boxes(String text) {
    return text.isEmpty()
        ? List.of()
        : Arrays.stream(text.split(";", -1)).map(FieldRows::box).toList();
  }

  private static Box box(String text) {
    int[] sides = Arrays.stream(text.split(" ", -1)).mapToInt(Integer::parseInt).toArray();
    return new Box(sides[0], sides[1], sides[2], sides[3]);
  }
}
