package org.kronocyte.app;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.kronocyte.image.Frame;
import org.kronocyte.problem.ProblemException;

/**
 * Wall time a field when many are read one after another, medians of several runs.
 *
 * @param threads of the pipeline
 * @param pipelineMs all stages
 * @param bareMs bare inference of the same tensors on one thread
 * @param bareAtOnceMs bare inference with a thread for each of the two networks
 */
public record Throughput(int threads, double pipelineMs, double bareMs, double bareAtOnceMs) {
  /** A daemon reads on and on: what starting its threads costs must not count. */
  static final int FIELDS_A_RUN = 100;

  private static final int FEWEST_RUNS = 3;

  /** What the pipeline adds to bare inference on one thread; below 0 if it is quicker. */
  public double addedShare() {
    return pipelineMs / bareMs - 1;
  }

  /** What it adds to bare inference on as many threads as it has. */
  public double addedShareAtOnce() {
    return pipelineMs / (threads == 1 ? bareMs : bareAtOnceMs) - 1;
  }

  /** Measures in turn, so that a slower moment of the machine hits all alike. */
  static Throughput measure(FieldReader reader, Bare bare, List<Frame> frames, int runs)
      throws ProblemException, InterruptedException {
    boolean ahead = WorkAhead.worthwhile();
    List<Long> pipeline = new ArrayList<>();
    List<Long> one = new ArrayList<>();
    List<Long> atOnce = new ArrayList<>();
    for (int run = 0; run < Math.max(FEWEST_RUNS, runs); run++) {
      pipeline.add(pipelineNanos(reader, frames, ahead) / FIELDS_A_RUN);
      one.add(bare.nanos(FIELDS_A_RUN) / FIELDS_A_RUN);
      atOnce.add(bare.nanosAtOnce(FIELDS_A_RUN) / FIELDS_A_RUN);
    }
    return new Throughput(
        ahead ? 2 : 1,
        Benchmark.Timing.of(pipeline).p50Ms(),
        Benchmark.Timing.of(one).p50Ms(),
        Benchmark.Timing.of(atOnce).p50Ms());
  }

  /** Reads as the daemon does, without measuring. */
  static void warmUp(FieldReader reader, List<Frame> frames)
      throws ProblemException, InterruptedException {
    pipelineNanos(reader, frames, WorkAhead.worthwhile());
  }

  private static long pipelineNanos(FieldReader reader, List<Frame> frames, boolean ahead)
      throws ProblemException, InterruptedException {
    List<Frame> run = new ArrayList<>();
    for (int i = 0; i < FIELDS_A_RUN; i++) {
      run.add(frames.get(i % frames.size()));
    }
    Iterator<Frame> next = run.iterator();
    long start = System.nanoTime();
    try (WorkAhead<NextField> fields =
        WorkAhead.of(
            ahead,
            "finder",
            () -> next.hasNext() ? Optional.of(prepared(reader, next.next())) : Optional.empty())) {
      for (Optional<NextField> field = fields.take(); field.isPresent(); field = fields.take()) {
        try (NextField taken = field.get()) {
          reader.readIfUsable(taken.orThrow(), report -> {});
        }
      }
    }
    return System.nanoTime() - start;
  }

  /** The frame is used again, so that it isn't handed on. */
  private static NextField prepared(FieldReader reader, Frame frame) {
    try {
      return new NextField(
          Optional.empty(), Optional.of(reader.prepareIfUsable(frame, false)), Optional.empty());
    } catch (ProblemException e) {
      return NextField.unreadable(e);
    }
  }
}
