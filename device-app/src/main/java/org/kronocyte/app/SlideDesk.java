package org.kronocyte.app;

import java.util.Optional;
import java.util.function.Supplier;
import org.kronocyte.board.Press;
import org.kronocyte.slide.FieldResult;
import org.kronocyte.slide.SlideSession;
import org.kronocyte.slide.SlideSummary;

/**
 * The one slide on the stage: started, paused, resumed and finished by a person. Thread-safe;
 * listeners are told on the caller's thread, in order.
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

  private final Supplier<SlideSession> opener;
  private final DaemonListener listener;
  private Phase phase = Phase.IDLE;
  private Optional<SlideSession> session = Optional.empty();
  private int fields;

  /**
   * @param opener makes a session with a new identifier
   */
  public SlideDesk(Supplier<SlideSession> opener, DaemonListener listener) {
    this.opener = opener;
    this.listener = listener;
  }

  /** Starts a slide, or goes on with a paused one; nothing if one is counting. */
  public synchronized void start() {
    if (session.isEmpty()) {
      session = Optional.of(opener.get());
      fields = 0;
    }
    enter(Phase.COUNTING);
  }

  /** Stops counting until {@link #start}; nothing without a slide. */
  public synchronized void pause() {
    if (session.isPresent()) {
      enter(Phase.PAUSED);
    }
  }

  /** Ends the slide and reports it; nothing without one. */
  public synchronized void finish() {
    if (session.isEmpty()) {
      return;
    }
    SlideSummary last = session.get().summary();
    session = Optional.empty();
    listener.slideFinished(last);
    enter(Phase.IDLE);
  }

  /** The button: a short press starts, pauses and resumes, a long one finishes. */
  public synchronized void pressed(Press press) {
    if (press == Press.LONG) {
      finish();
    } else if (phase == Phase.COUNTING) {
      pause();
    } else {
      start();
    }
  }

  /**
   * Counts a field that was accepted while a slide was counting. One that comes just after a pause
   * still belongs to the slide; one that comes after its end belongs to none.
   */
  public synchronized void count(FieldResult field) {
    if (session.isPresent()) {
      session.get().add(field);
      fields++;
      listener.fieldRead(fields, field, session.get().summary());
    }
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
