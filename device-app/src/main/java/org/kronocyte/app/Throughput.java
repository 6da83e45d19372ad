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
  private static final int RUNS = 3;

  /** What the pipeline adds to bare inference on one thread; below 0 if it is quicker. */
  public double addedShare() {
    return pipelineMs / bareMs - 1;
  }

  /** What it adds to bare inference on as many threads as it has. */
  public double addedShareAtOnce() {
    return pipelineMs / (threads == 1 ? bareMs : bareAtOnceMs) - 1;
  }

  /**
   * Measures in turn, so that a slower moment of the machine hits all alike. A daemon reads on and
   * on: half as many fields go before each run of several threads, so that it finds the second
   * processor awake, which slept while one thread ran.
   *
   * @param fields of each run
   */
  static Throughput measure(FieldReader reader, Bare bare, List<Frame> frames, int fields)
      throws ProblemException, InterruptedException {
    boolean ahead = WorkAhead.worthwhile();
    List<Long> pipeline = new ArrayList<>();
    List<Long> one = new ArrayList<>();
    List<Long> atOnce = new ArrayList<>();
    for (int run = 0; run < RUNS; run++) {
      pipelineNanos(reader, frames, ahead, fields / 2);
      pipeline.add(pipelineNanos(reader, frames, ahead, fields) / fields);
      one.add(bare.nanos(fields) / fields);
      bare.nanosAtOnce(fields / 2);
      atOnce.add(bare.nanosAtOnce(fields) / fields);
    }
    return new Throughput(
        ahead ? 2 : 1,
        Benchmark.Timing.of(pipeline).p50Ms(),
        Benchmark.Timing.of(one).p50Ms(),
        Benchmark.Timing.of(atOnce).p50Ms());
  }

  /** Reads as the daemon does, without measuring. */
  static void warmUp(FieldReader reader, List<Frame> frames, int fields)
      throws ProblemException, InterruptedException {
    pipelineNanos(reader, frames, WorkAhead.worthwhile(), fields);
  }

  private static long pipelineNanos(
      FieldReader reader, List<Frame> frames, boolean ahead, int fields)
      throws ProblemException, InterruptedException {
    List<Frame> run = new ArrayList<>();
    for (int i = 0; i < fields; i++) {
      run.add(frames.get(i % frames.size()));
    }
    Iterator<Frame> next = run.iterator();
    long start = System.nanoTime();
    try (WorkAhead<NextField> coming =
        WorkAhead.of(
            ahead,
            "finder",
            () -> next.hasNext() ? Optional.of(prepared(reader, next.next())) : Optional.empty())) {
      for (Optional<NextField> field = coming.take(); field.isPresent(); field = coming.take()) {
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
