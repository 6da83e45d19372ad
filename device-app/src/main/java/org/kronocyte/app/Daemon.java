package org.kronocyte.app;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.kronocyte.camera.FrameSource;
import org.kronocyte.health.StageLiveness;
import org.kronocyte.image.Frame;
import org.kronocyte.problem.ProblemException;
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
  private final FrameQueue queue;
  private volatile boolean sourceEnded;
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
  }

  /**
   * Reads until {@link #stop} or the end of the source; then finishes the slide. Called once.
   *
   * @throws RuntimeException what a thread failed with, unforeseen; the slide is finished first
   */
  public void run() throws InterruptedException {
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
      desk.finish();
    }
    // An unforeseen failure must not look like the end of the source.
    if (cameraFailure.isPresent()) {
      throw cameraFailure.get();
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

  private void read(Frame frame) {
    readerStage.progress(frame.origin().name());
    try {
      Optional<FieldReader.Reading> reading =
          reader.readIfUsable(
              frame,
              report -> {
                counters.framesRefused.incrementAndGet();
                listener.fieldRefused(report);
              });
      reading.ifPresent(
          read -> {
            counters.fieldsRead.incrementAndGet();
            counters.cellsFound.addAndGet(read.result().cells().size());
            desk.count(read.result());
          });
    } catch (ProblemException e) {
      counters.framesFailed.incrementAndGet();
      LOG.warn("frame {} can't be read: {}", frame.origin().name(), e.getMessage());
      listener.problem(e.problem());
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
