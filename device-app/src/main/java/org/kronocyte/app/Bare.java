package org.kronocyte.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kronocyte.problem.ProblemException;

/**
 * The inference of a few fields and nothing else: the same tensors, run back to back. What a
 * pipeline is compared with.
 */
final class Bare {
  /** The calls of one field. */
  private record Field(List<Recorder.Call> segmenting, List<Recorder.Call> classifying) {}

  private final Recorder segmenter;
  private final Recorder classifier;
  private final List<Field> fields = new ArrayList<>();

  Bare(Recorder segmenter, Recorder classifier) {
    this.segmenter = segmenter;
    this.classifier = classifier;
  }

  /** Keeps the tensors of one field more, in order. */
  void add(StageTimer.Work<?> reading) throws ProblemException {
    segmenter.record();
    classifier.record();
    reading.run();
    fields.add(new Field(segmenter.recorded(), classifier.recorded()));
  }

  /** Time of the first network alone in one field. */
  long segmentingNanos(int field) throws ProblemException {
    long start = System.nanoTime();
    segmenter.replay(fields.get(field).segmenting());
    return System.nanoTime() - start;
  }

  /** Time of the second network alone in one field. */
  long classifyingNanos(int field) throws ProblemException {
    long start = System.nanoTime();
    classifier.replay(fields.get(field).classifying());
    return System.nanoTime() - start;
  }

  /** Time of both networks in turn on one thread, for so many fields in turn. */
  long nanos(int count) throws ProblemException {
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      Field field = fields.get(i % fields.size());
      segmenter.replay(field.segmenting());
      classifier.replay(field.classifying());
    }
    return System.nanoTime() - start;
  }

  /** The same with a thread for each network, neither waiting for the other. */
  long nanosAtOnce(int count) throws ProblemException, InterruptedException {
    List<ProblemException> problems = new ArrayList<>();
    long start = System.nanoTime();
    Thread other =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < count; i++) {
                  classifier.replay(fields.get(i % fields.size()).classifying());
                }
              } catch (ProblemException e) {
                problems.add(e);
              }
            },
            "classifier");
    other.start();
    try {
      for (int i = 0; i < count; i++) {
        segmenter.replay(fields.get(i % fields.size()).segmenting());
      }
    } finally {
      other.join();
    }
    Optional<ProblemException> problem = problems.stream().findFirst();
    if (problem.isPresent()) {
      throw problem.get();
    }
    return System.nanoTime() - start;
  }
}
