package org.kronocyte.app;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.kronocyte.board.Press;
import org.kronocyte.image.FrameOrigin;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.CellPicture;
import org.kronocyte.quality.FieldThumbnail;
import org.kronocyte.slide.FieldResult;
import org.kronocyte.slide.SlideRecord;
import org.kronocyte.slide.SlideSession;
import org.kronocyte.slide.SlideState;
import org.kronocyte.slide.SlideStore;
import org.kronocyte.slide.SlideSummary;
import org.kronocyte.store.Database;
import org.kronocyte.store.Work;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one slide on the stage: started, paused, resumed and finished by a person. Whatever it did is
 * in the database when a call returns, and goes on from there after a power cut: a running slide
 * runs again, a paused one stays paused.
 *
 * <p>Thread-safe; listeners are told on the caller's thread, in order, after the fact. A call that
 * can't be stored throws and changes nothing.
 */
public final class SlideDesk {
  /** What the device does. */
  public enum Phase {
    /** No slide. */
    IDLE,
    /** Fields are counted. */
    COUNTING,
    /** A slide is there, but nothing is counted. */
    PAUSED
  }

  private static final Logger LOG = LoggerFactory.getLogger(SlideDesk.class);

  private final Database database;
  private final SlideDefaults defaults;
  private final ResultSink results;
  private final DaemonListener listener;
  private final InstantSource clock;
  private Phase phase;
  private Optional<OpenSlide> open;

  /**
   * Takes up the slide that was open when the last run ended, if any; listeners aren't told yet.
   *
   * @param defaults for slides whose order leaves something out
   */
  public SlideDesk(
      Database database,
      SlideDefaults defaults,
      ResultSink results,
      DaemonListener listener,
      InstantSource clock)
      throws ProblemException {
    this.database = database;
    this.defaults = defaults;
    this.results = results;
    this.listener = listener;
    this.clock = clock;
    Optional<SlideRecord> left = database.read(SlideStore::open);
    this.phase = left.map(slide -> phaseOf(slide.state())).orElse(Phase.IDLE);
    this.open = left.isEmpty() ? Optional.empty() : Optional.of(load(left.get()));
    left.ifPresent(slide -> LOG.info("slide {} goes on: {}", slide.plan().slide(), phase));
  }

  private OpenSlide load(SlideRecord slide) throws ProblemException {
    return database.read(tx -> OpenSlide.load(tx, slide));
  }

  private static Phase phaseOf(SlideState state) {
    return state == SlideState.RUNNING ? Phase.COUNTING : Phase.PAUSED;
  }

  /** Tells the listeners of a slide that goes on from an earlier run. */
  public synchronized void tellWhatGoesOn() {
    if (phase != Phase.IDLE) {
      listener.phaseChanged(phase);
    }
  }

  /** Starts a slide as configured, or goes on with a paused one; nothing if one is counting. */
  public synchronized void start() throws ProblemException {
    if (open.isEmpty()) {
      start(SlideOrder.STANDARD);
    } else {
      resume();
    }
  }

  /**
   * Starts a slide.
   *
   * @return its identifier
   * @throws ProblemException {@code slide_open} while there is another, {@code slide_exists},
   *     {@code bad_slide_id}
   */
  public String start(SlideOrder order) throws ProblemException {
    return start(order, Work.NOTHING);
  }

  /** The same, with {@code beside} in its transaction. */
  synchronized String start(SlideOrder order, Work<?> beside) throws ProblemException {
    if (open.isPresent()) {
      throw new ProblemException(
          "slide_open",
          "slide " + open.get().session().plan().slide() + " is not finished",
          "finish it first: kronocyte slide finish");
    }
    SlideRecord started =
        database.write(
            tx -> {
              beside.in(tx);
              return SlideStore.create(tx, defaults.plan(tx, order, clock.instant()));
            });
    open = Optional.of(load(started));
    LOG.info("slide {} started", started.plan().slide());
    enter(Phase.COUNTING);
    return started.plan().slide();
  }

  /** Stops counting until {@link #resume}; false without a slide. */
  public boolean pause() throws ProblemException {
    return pause(Work.NOTHING);
  }

  /** The same, with {@code beside} in the transaction, if there is one. */
  boolean pause(Work<?> beside) throws ProblemException {
    return change(SlideState.PAUSED, beside);
  }

  /** Goes on counting; false without a slide. */
  public boolean resume() throws ProblemException {
    return resume(Work.NOTHING);
  }

  /** The same, with {@code beside} in the transaction, if there is one. */
  boolean resume(Work<?> beside) throws ProblemException {
    return change(SlideState.RUNNING, beside);
  }

  private synchronized boolean change(SlideState state, Work<?> beside) throws ProblemException {
    if (open.isPresent() && phase != phaseOf(state)) {
      long key = open.get().key();
      database.write(
          tx -> {
            SlideStore.enter(tx, key, state);
            return beside.in(tx);
          });
      enter(phaseOf(state));
    }
    return open.isPresent();
  }

  /** Ends the slide and reports it; empty without one. */
  public Optional<SlideSummary> finish() throws ProblemException {
    return finish(Work.NOTHING);
  }

  /** The same, with {@code beside} in its transaction. */
  synchronized Optional<SlideSummary> finish(Work<?> beside) throws ProblemException {
    if (open.isEmpty()) {
      return Optional.empty();
    }
    long key = open.get().key();
    SlideSummary last = open.get().session().summary();
    database.write(
        tx -> {
          results.slideFinished(tx, last, SlideStore.nextRevision(tx, key));
          SlideStore.finish(tx, key, clock.instant());
          return beside.in(tx);
        });
    open = Optional.empty();
    LOG.info("slide {} finished with {} fields", last.slide(), last.fields());
    results.committed();
    listener.slideFinished(last);
    enter(Phase.IDLE);
    return Optional.of(last);
  }

  /** The button: a short press starts, pauses and resumes, a long one finishes. */
  public synchronized void pressed(Press press) {
    try {
      if (press == Press.LONG) {
        finish();
      } else if (phase == Phase.COUNTING) {
        pause();
      } else {
        start();
      }
    } catch (ProblemException e) {
      LOG.error("the button did nothing: {}", e.getMessage());
      listener.problem(e.problem());
    }
  }

  /**
   * Counts a field that was accepted while a slide was counting: stored with its cells, its
   * thumbnail and its messages at once. One that comes just after a pause still belongs to the
   * slide; one that comes after its end belongs to none.
   *
   * @param key of the slide it was read for
   * @return whether it was counted; not if another slide is open by now
   */
  public boolean count(long key, FieldResult field, FieldThumbnail thumbnail)
      throws ProblemException {
    return count(key, field, thumbnail, List.of());
  }

  /** The same with pictures of some of its cells, which go out with it. */
  synchronized boolean count(
      long key, FieldResult field, FieldThumbnail thumbnail, List<CellPicture> pictures)
      throws ProblemException {
    if (open.isEmpty() || open.get().key() != key) {
      return false;
    }
    OpenSlide slide = open.get();
    int number = slide.lastField() + 1;
    SlideSession after = slide.session().with(field);
    SlideSummary summary = after.summary();
    database.write(
        tx -> {
          SlideStore.addField(tx, slide.key(), number, field, thumbnail);
          int revision = SlideStore.nextRevision(tx, slide.key());
          results.fieldCounted(tx, number, field, summary, revision);
          results.pictured(tx, number, field, summary.slide(), pictures);
          return null;
        });
    slide.stored(field, after);
    LOG.info("slide {} field {} stored: {} counted", summary.slide(), number, summary.counted());
    results.committed();
    listener.fieldRead(number, field, summary);
    return true;
  }

  /** A field of the slide was there but couldn't be read: the slide is not complete. */
  public synchronized void countFailure() throws ProblemException {
    if (open.isPresent()) {
      long key = open.get().key();
      database.write(
          tx -> {
            SlideStore.addFailure(tx, key);
            return null;
          });
      open.get().failed();
    }
  }

  /** Whether this very image was counted on this slide, perhaps before a restart. */
  public synchronized boolean counted(FrameOrigin origin) {
    return open.isPresent() && open.get().counted(origin);
  }

  /**
   * The slide that is open.
   *
   * @param key tells it from the next
   * @param siteCalibration what its cells are named with, as in its plan
   */
  public record Open(long key, Optional<String> siteCalibration) {}

  /** The slide that fields are counted on, if there is one. */
  public synchronized Optional<Open> openSlide() {
    return open.map(slide -> new Open(slide.key(), slide.session().plan().siteCalibration()));
  }

  /** The newest thumbnails of the open slide, oldest first. */
  public synchronized List<FieldThumbnail> thumbnails(int newest) throws ProblemException {
    if (open.isEmpty()) {
      return List.of();
    }
    long key = open.get().key();
    return database.read(tx -> SlideStore.thumbnails(tx, key, newest));
  }

  public synchronized Phase phase() {
    return phase;
  }

  private void enter(Phase next) {
    if (phase != next) {
      phase = next;
      listener.phaseChanged(next);
    }
  }
}
