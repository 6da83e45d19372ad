package org.kronocyte.app;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.kronocyte.camera.FrameSource;
import org.kronocyte.camera.Sleeper;
import org.kronocyte.health.StageLiveness;
import org.kronocyte.image.Frame;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.quality.QualityReport;
import org.kronocyte.store.Database;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads fields from a source until it is stopped or the source ends.
 *
 * <p>Two threads: one waits for frames and puts them into a short queue, the other (the caller of
 * {@link #run}) judges, reads and counts them. A live frame may be dropped while it waits; a field
 * the gate accepted is read and counted on the spot, so it can't be.
 */
public final class Daemon {
  /** Frames between the threads; with the one being read this bounds the daemon's pixels. */
  static final int QUEUED_FRAMES = 2;

  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
  private static final Duration POLL = Duration.ofMillis(250);
  private static final Duration STUCK_AFTER = Duration.ofSeconds(60);

  private final FrameSource source;
  private final FieldReader reader;
  private final SlideDesk desk;
  private final DaemonListener listener;
  private final StageLiveness.Stage cameraStage;
  private final StageLiveness.Stage readerStage;
  private final DaemonCounters counters = new DaemonCounters();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final FieldKeeper keeper;
  private final FrameQueue queue;
  private volatile boolean sourceEnded;

  /** The slide whose fields the reader remembers; owned by the reading thread. */
  private Optional<Long> remembered = Optional.empty();

  /** Owned by the reading thread. */
  private Optional<ProblemException> storeDamage = Optional.empty();

  private volatile Optional<RuntimeException> cameraFailure = Optional.empty();

  /**
   * @param listener told of everything but what the desk tells
   */
  public Daemon(
      FrameSource source,
      FieldReader reader,
      SlideDesk desk,
      DaemonListener listener,
      StageLiveness liveness) {
    this.source = source;
    this.reader = reader;
    this.desk = desk;
    this.listener = listener;
    this.queue = new FrameQueue(QUEUED_FRAMES, source.live());
    this.cameraStage = liveness.register("camera", STUCK_AFTER, true);
    this.readerStage = liveness.register("reader", STUCK_AFTER, true);
    this.keeper = new FieldKeeper(desk, listener, readerStage, stopping::get, Sleeper.REAL);
  }

  /**
   * Reads until {@link #stop} or the end of the source. The end of the source finishes the slide;
   * one that is stopped in the middle stays open for the next run. Called once.
   *
   * @throws ProblemException {@link Database#DAMAGED}: only a new start can mend it
   * @throws RuntimeException what a thread failed with, unforeseen; the slide stays open
   */
  public void run() throws InterruptedException, ProblemException {
    Thread camera = new Thread(this::capture, "camera");
    camera.start();
    try {
      while (!stopping.get()) {
        if (desk.phase() != SlideDesk.Phase.COUNTING) {
          idle();
          continue;
        }
        Optional<Frame> frame = queue.take(POLL);
        if (frame.isPresent()) {
          try (Frame taken = frame.get()) {
            read(taken);
          }
        } else if (sourceEnded && queue.size() == 0) {
          // The camera thread also ends because it was told to; then the slide stays open.
          if (!stopping.get()) {
            sourceFinished();
          }
          break;
        } else {
          readerStage.progress("waiting for a frame");
        }
      }
    } finally {
      stopping.set(true);
      camera.interrupt();
      camera.join();
      counters.framesDropped.addAndGet(queue.size());
      queue.close();
    }
    // An unforeseen failure must not look like the end of the source.
    if (cameraFailure.isPresent()) {
      throw cameraFailure.get();
    }
    if (storeDamage.isPresent()) {
      throw storeDamage.get();
    }
  }

  /** Asks {@link #run} to end after the field in hand. Any thread. */
  public void stop() {
    stopping.set(true);
  }

  /** Figures for health. Any thread. */
  public Map<String, Object> figures() {
    Map<String, Object> figures = counters.figures();
    figures.put("frames_waiting", queue.size());
    figures.put("phase", desk.phase().name().toLowerCase(Locale.ROOT));
    return figures;
  }

  private void idle() throws InterruptedException {
    readerStage.idle();
    if (source.live()) {
      queue
          .take(POLL)
          .ifPresent(
              frame -> {
                counters.framesPassedOver.incrementAndGet();
                frame.close();
              });
    } else {
      // What is stored waits for the person.
      Thread.sleep(POLL.toMillis());
    }
  }

  private void sourceFinished() {
    if (cameraFailure.isPresent()) {
      return;
    }
    try {
      desk.finish();
    } catch (ProblemException e) {
      LOG.error("the slide stays open, because its end can't be stored: {}", e.getMessage());
      listener.problem(e.problem());
    }
  }

  private void read(Frame frame) throws InterruptedException {
    readerStage.progress(frame.origin().name());
    try {
      rememberSlide();
      if (desk.counted(frame.origin())) {
        refused(new QualityReport(0, false, List.of("repeated_field")));
        return;
      }
      Optional<FieldReader.Reading> reading = reader.readIfUsable(frame, this::refused);
      if (reading.isPresent()) {
        keep(reading.get());
      }
    } catch (ProblemException e) {
      counters.framesFailed.incrementAndGet();
      if (e.problem().code().equals(Database.DAMAGED)) {
        LOG.error("stopping, so that a new start mends it: {}", e.getMessage());
        storeDamage = Optional.of(e);
        stop();
        return;
      }
      LOG.warn("frame {} can't be read: {}", frame.origin().name(), e.getMessage());
      listener.problem(e.problem());
      countFailure();
    }
  }

  private void keep(FieldReader.Reading field) throws InterruptedException, ProblemException {
    switch (keeper.keep(field)) {
      case COUNTED -> {
        reader.remember(field.thumbnail());
        counters.read(field.result());
      }
      case NO_SLIDE -> counters.read(field.result());
      case STOPPED -> counters.framesFailed.incrementAndGet();
    }
  }

  private void refused(QualityReport report) {
    counters.framesRefused.incrementAndGet();
    listener.fieldRefused(report);
  }

  /** Another slide has other fields; one that goes on after a restart has its old ones. */
  private void rememberSlide() throws ProblemException {
    Optional<Long> slide = desk.openKey();
    if (!slide.equals(remembered)) {
      reader.remember(desk.thumbnails(reader.repeatWindow()));
      remembered = slide;
    }
  }

  private void countFailure() {
    try {
      desk.countFailure();
    } catch (ProblemException e) {
      LOG.error("a field that failed can't be noted: {}", e.getMessage());
    }
  }

  private void capture() {
    boolean troubled = false;
    try {
      while (!stopping.get() && !source.exhausted()) {
        cameraStage.progress(source.describe());
        try {
          Optional<Frame> frame = source.next(POLL);
          if (frame.isPresent()) {
            counters.framesSeen.incrementAndGet();
            if (troubled) {
              troubled = false;
              listener.recovered();
            }
            enqueue(frame.get());
          }
        } catch (ProblemException e) {
          counters.cameraErrors.incrementAndGet();
          troubled = true;
          LOG.warn("camera: {}", e.getMessage());
          listener.problem(e.problem());
          if (!source.live()) {
            // A stored image that can't be read is missing from the slide; a camera gives another.
            countFailure();
          }
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("camera thread interrupted: the daemon is stopping");
    } catch (RuntimeException e) {
      cameraFailure = Optional.of(e);
    } finally {
      cameraStage.idle();
      sourceEnded = true;
    }
  }

  private void enqueue(Frame frame) throws InterruptedException {
    // A stored source may wait here as long as the person pauses.
    cameraStage.idle();
    try {
      if (queue.put(frame)) {
        counters.framesDropped.incrementAndGet();
      }
    } catch (InterruptedException e) {
      counters.framesDropped.incrementAndGet();
      throw e;
    }
  }
}
