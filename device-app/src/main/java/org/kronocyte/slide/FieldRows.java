package org.kronocyte.slide;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.kronocyte.image.FrameOrigin;
import org.kronocyte.image.Scale;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.quality.FieldThumbnail;
import org.kronocyte.quality.QualityReport;
import org.kronocyte.store.Row;
import org.kronocyte.store.Transaction;

/** Fields as rows; reading gives back exactly what was written. */
final class FieldRows {
  private FieldRows() {}

  static void insert(
      Transaction tx, long slide, int number, FieldResult field, FieldThumbnail thumbnail)
      throws ProblemException {
    tx.update(
        "INSERT INTO field VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
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
        thumbnail.bytes());
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
        cells.of(row.number("number")));
  }
}
