package org.kronocyte.slide;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.kronocyte.classify.CellClass;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.quality.FieldThumbnail;
import org.kronocyte.store.Row;
import org.kronocyte.store.Transaction;

/**
 * Slides in the database: what they are, their fields, their state. Every call works within the
 * caller's transaction. At most one slide is open (running or paused) at a time.
 */
public final class SlideStore {
  private static final String SELECT =
      "SELECT *, (SELECT count(*) FROM field WHERE field.slide = slide.key) AS fields FROM slide ";

  private SlideStore() {}

  /** Begins a slide; its identifier must be free and no other slide open. */
  public static SlideRecord create(Transaction tx, SlidePlan plan) throws ProblemException {
    long key =
        tx.insert(
            "INSERT INTO slide (id, specimen, accession, planned_cells, classes, started_at, state,"
                + " site_calibration) VALUES (?,?,?,?,?,?,?,?)",
            plan.slide(),
            plan.specimen().code(),
            plan.accession().map(Accession::number).orElse(null),
            plan.plannedCells(),
            plan.modelClasses().stream().map(CellClass::name).collect(Collectors.joining(" ")),
            plan.startedAt().toString(),
            SlideState.RUNNING.code(),
            plan.siteCalibration().orElse(null));
    return new SlideRecord(key, plan, SlideState.RUNNING, 0, 0, Optional.empty(), 0);
  }

  /** {@code wanted} if no slide has it, or else {@code wanted-2}, {@code wanted-3} … */
  public static String freeIdentifier(Transaction tx, String wanted) throws ProblemException {
    String free = wanted;
    for (int n = 2; find(tx, free).isPresent(); n++) {
      String suffix = "-" + n;
      free = wanted.substring(0, Math.min(wanted.length(), 40 - suffix.length())) + suffix;
    }
    return free;
  }

  /** The slide that is running or paused. */
  public static Optional<SlideRecord> open(Transaction tx) throws ProblemException {
    return tx.first(SELECT + "WHERE state <> 'finished'", SlideStore::slide);
  }

  public static Optional<SlideRecord> find(Transaction tx, String slide) throws ProblemException {
    return tx.first(SELECT + "WHERE id = ?", SlideStore::slide, slide);
  }

  /** All slides in the order they were started, newest first. */
  public static List<SlideRecord> list(Transaction tx) throws ProblemException {
    return tx.query(SELECT + "ORDER BY key DESC", SlideStore::slide);
  }

  /** The slide counted anew from its stored fields. */
  public static SlideSession session(Transaction tx, SlideRecord slide) throws ProblemException {
    SlideSession session = new SlideSession(slide.plan());
    FieldRows.read(tx, slide.key()).forEach(session::add);
    session.setFailedFields(slide.failedFields());
    return session;
  }

  /** A slide's fields in the order they were counted. */
  public static List<FieldResult> fields(Transaction tx, SlideRecord slide)
      throws ProblemException {
    return FieldRows.read(tx, slide.key());
  }

  /**
   * Stores a field.
   *
   * @param number within the slide, from 1
   */
  public static void addField(
      Transaction tx, long slide, int number, FieldResult field, FieldThumbnail thumbnail)
      throws ProblemException {
    FieldRows.insert(tx, slide, number, field, thumbnail);
  }

  /**
   * The number of a slide's last field, 0 without one. There may be fewer fields than that, after a
   * damaged database was salvaged.
   */
  public static int lastField(Transaction tx, long slide) throws ProblemException {
    return tx.first(
            "SELECT coalesce(max(number), 0) AS last FROM field WHERE slide = ?",
            row -> row.number("last"),
            slide)
        .orElseThrow();
  }

  /** The newest thumbnails of an open slide, oldest first. */
  public static List<FieldThumbnail> thumbnails(Transaction tx, long slide, int newest)
      throws ProblemException {
    return FieldRows.thumbnails(tx, slide, newest);
  }

  /** The names of the stored or drawn images that were counted; a camera's frames have none. */
  public static Set<String> countedImages(Transaction tx, long slide) throws ProblemException {
    return new TreeSet<>(
        tx.query(
            "SELECT origin FROM field WHERE slide = ? AND origin_kind <> 'LIVE'",
            row -> row.text("origin"),
            slide));
  }

  /** Pauses or resumes. */
  public static void enter(Transaction tx, long slide, SlideState state) throws ProblemException {
    tx.update("UPDATE slide SET state = ? WHERE key = ?", state.code(), slide);
  }

  /** Ends a slide; its thumbnails aren't needed any more. */
  public static void finish(Transaction tx, long slide, Instant at) throws ProblemException {
    tx.update(
        "UPDATE slide SET state = 'finished', finished_at = ?,"
            + " finished_age_s = (SELECT value FROM counter WHERE name = 'age_s') WHERE key = ?",
        at.toString(),
        slide);
    tx.update("UPDATE field SET fingerprint = NULL WHERE slide = ?", slide);
  }

  /** A field was accepted but couldn't be read. */
  public static void addFailure(Transaction tx, long slide) throws ProblemException {
    tx.update("UPDATE slide SET failed_fields = failed_fields + 1 WHERE key = ?", slide);
  }

  /** The revision of the slide's next report, and counts it. */
  public static int nextRevision(Transaction tx, long slide) throws ProblemException {
    tx.update("UPDATE slide SET revision = revision + 1 WHERE key = ?", slide);
    return tx.first("SELECT revision FROM slide WHERE key = ?", r -> r.number("revision"), slide)
        .orElseThrow();
  }

  /** Slides that ended at least so long ago in witnessed time, see {@code store.Age}. */
  public static List<SlideRecord> finishedSince(Transaction tx, long seconds)
      throws ProblemException {
    return tx.query(
        SELECT
            + "WHERE state = 'finished' AND finished_age_s <="
            + " (SELECT value FROM counter WHERE name = 'age_s') - ?",
        SlideStore::slide,
        seconds);
  }

  /** Deletes a slide with its fields and cells. */
  public static void delete(Transaction tx, long slide) throws ProblemException {
    tx.update("DELETE FROM slide WHERE key = ?", slide);
  }

  private static SlideRecord slide(Row row) throws ProblemException {
    String classes = row.text("classes");
    return new SlideRecord(
        row.integer("key"),
        new SlidePlan(
            row.text("id"),
            Specimen.valueOf(row.text("specimen").toUpperCase(Locale.ROOT)),
            row.maybeText("accession").map(Accession::new),
            Instant.parse(row.text("started_at")),
            row.number("planned_cells"),
            Stream.of(classes.split(" ", -1))
                .filter(c -> !c.isEmpty())
                .map(CellClass::valueOf)
                .toList(),
            row.maybeText("site_calibration")),
        SlideState.ofCode(row.text("state")),
        row.number("revision"),
        row.number("failed_fields"),
        row.maybeText("finished_at").map(Instant::parse),
        row.number("fields"));
  }
}
