package org.kronocyte.app;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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
 * <p>Three threads: one waits for frames and puts them into a short queue, one judges them and
 * finds their cells, the last (the caller of {@link #run}) names and counts those. A live frame may
 * be dropped while it waits in the queue; what was taken from there goes all the way, also while
 * the daemon is being stopped. On one processor the last two threads are one.
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
  private final StageLiveness.Stage finderStage;
  private final StageLiveness.Stage readerStage;
  private final DaemonCounters counters = new DaemonCounters();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final FieldKeeper keeper;
  private final Optional<SiteKeeper> site;
  private final FrameQueue queue;
  private final boolean ahead;

  /** Stored images that gave no frame and aren't counted on a slide yet. */
  private final AtomicInteger unreadable = new AtomicInteger();

  private volatile boolean sourceEnded;

  /** The slide whose fields the reader remembers; owned by the reading thread. */
  private Optional<SlideDesk.Open> remembered = Optional.empty();

  /** Owned by the reading thread. */
  private Optional<ProblemException> storeDamage = Optional.empty();

  private volatile Optional<RuntimeException> cameraFailure = Optional.empty();

  /**
   * @param listener told of everything but what the desk tells
   * @param ahead whether a thread of its own prepares the next field
   * @param site says how each slide's cells are named; empty for the models as they came
   */
  public Daemon(
      FrameSource source,
      FieldReader reader,
      SlideDesk desk,
      DaemonListener listener,
      StageLiveness liveness,
      boolean ahead,
      Optional<SiteKeeper> site) {
    this.site = site;
    site.ifPresent(reader::show);
    this.source = source;
    this.reader = reader;
    this.desk = desk;
    this.listener = listener;
    this.ahead = ahead;
    this.queue = new FrameQueue(QUEUED_FRAMES, source.live());
    this.cameraStage = liveness.register("camera", STUCK_AFTER, true);
    this.finderStage = liveness.register("finder", STUCK_AFTER, true);
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
    WorkAhead<NextField> fields = WorkAhead.of(ahead, "finder", this::nextField);
    try {
      for (Optional<NextField> next = take(fields); next.isPresent(); next = take(fields)) {
        try (NextField field = next.get()) {
          if (field.isPause()) {
            // The reader's own work: it changes what the reader names cells with.
            site.ifPresent(SiteKeeper::betweenSlides);
          } else {
            read(field);
          }
        }
        if (storeDamage.isPresent()) {
          break; // What was read ahead can't be counted either.
        }
      }
      // It also ends because it was told to; then the slide stays open.
      if (!stopping.get()) {
        sourceFinished();
      }
    } finally {
      stopping.set(true);
      camera.interrupt();
      for (NextField left : fields.end()) {
        counters.framesDropped.addAndGet(left.isPause() ? 0 : 1);
        left.close();
      }
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

  private Optional<NextField> take(WorkAhead<NextField> fields) throws InterruptedException {
    readerStage.idle();
    return fields.take();
  }

  /** Waits for a frame and prepares it; empty when there are no more. */
  private Optional<NextField> nextField() throws InterruptedException {
    while (!stopping.get()) {
      if (desk.phase() != SlideDesk.Phase.COUNTING) {
        idle();
        if (site.isPresent() && desk.phase() == SlideDesk.Phase.IDLE) {
          return Optional.of(NextField.pause());
        }
        continue;
      }
      Optional<Frame> frame = queue.take(POLL);
      if (frame.isPresent()) {
        finderStage.progress(frame.get().origin().name());
        NextField field = NextField.of(frame.get(), this::prepare);
        // The reader may be busy for long.
        finderStage.idle();
        return Optional.of(field);
      }
      if (sourceEnded && queue.size() == 0) {
        return Optional.empty();
      }
      finderStage.progress("waiting for a frame");
    }
    return Optional.empty();
  }

  private FieldReader.Prepared prepare(Frame frame) throws ProblemException {
    return reader.prepareIfUsable(frame, desk.counted(frame.origin()));
  }

  /** Asks {@link #run} to end after the fields in hand, at most three. Any thread. */
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
    finderStage.idle();
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
    countUnreadable();
    try {
      desk.finish();
    } catch (ProblemException e) {
      LOG.error("the slide stays open, because its end can't be stored: {}", e.getMessage());
      listener.problem(e.problem());
    }
  }

  private void read(NextField field) throws InterruptedException {
    Frame frame = field.frame().orElseThrow();
    readerStage.progress(frame.origin().name());
    try {
      rememberSlide();
      countUnreadable();
      if (desk.counted(frame.origin())) {
        refused(new QualityReport(0, false, List.of("repeated_field")));
        return;
      }
      Optional<FieldReader.Reading> reading = reader.readIfUsable(field.orThrow(), this::refused);
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
    if (remembered.isEmpty()) {
      counters.read(field.result()); // The slide was finished just before.
      return;
    }
    long slide = remembered.get().key();
    switch (keeper.keep(slide, field)) {
      case COUNTED -> {
        reader.remember(field.thumbnail());
        site.ifPresent(s -> s.counted(slide));
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
    Optional<SlideDesk.Open> slide = desk.openSlide();
    if (!slide.equals(remembered)) {
      reader.remember(desk.thumbnails(reader.repeatWindow()));
      if (site.isPresent() && slide.isPresent()) {
        reader.use(site.get().begin(slide.get().siteCalibration()));
      }
      remembered = slide;
    }
  }

  /** Images read ahead of their slide count on it once it is open. */
  private void countUnreadable() {
    if (desk.openSlide().isPresent()) {
      for (int left = unreadable.getAndSet(0); left > 0; left--) {
        countFailure();
      }
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
            unreadable.incrementAndGet();
          }
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("camera thread interrupted: the daemon is stopping");
    } catch (RuntimeException e) {
      cameraFailure = Optional.of(e);
    } catch (Throwable e) {
      // Errors, and exceptions that native code throws without declaring them.
      cameraFailure = Optional.of(new IllegalStateException("the camera thread failed", e));
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
