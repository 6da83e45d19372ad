package org.kronocyte.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.kronocyte.infer.Engine;
import org.kronocyte.infer.Engines;
import org.kronocyte.infer.Tensor;
import org.kronocyte.model.Form;
import org.kronocyte.model.GoldenCells;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.ModelPack;
import org.kronocyte.problem.ProblemException;

/**
 * Times every form of a pack on this board, in turn, so that a slower moment of the machine hits
 * all alike: a segmenter on one tile of full size, a classifier on one cell and on a batch. Only
 * forms that reproduce the pack's golden cells take part. One thread calls.
 */
public final class EngineMeasurement {
  private static final int CLASSIFIER_BATCH = 16;
  private static final int WARM_UP_ROUNDS = 3;

  /**
   * One form.
   *
   * @param single one image; empty if the form can't be used
   * @param perImageInBatch for a classifier, a batch divided by its images
   * @param problem why the form can't be used
   */
  public record Timed(
      Form form,
      Optional<Benchmark.Timing> single,
      Optional<Benchmark.Timing> perImageInBatch,
      Optional<String> problem) {
    /** As it is recorded. */
    public void into(ObjectNode node) {
      single.ifPresent(t -> node.put("p50_ms", t.p50Ms()).put("p95_ms", t.p95Ms()));
      perImageInBatch.ifPresent(t -> node.put("p50_ms_in_batch", t.p50Ms()));
      problem.ifPresent(p -> node.put("problem", p));
    }

    private double costMs() {
      return perImageInBatch.or(() -> single).map(Benchmark.Timing::p50Ms).orElse(Double.MAX_VALUE);
    }
  }

  /**
   * All forms of one pack.
   *
   * @param sidePx of the square image each was timed on
   * @param fastest by the median; for a classifier that of a batch
   */
  public record Result(ModelPack pack, int sidePx, List<Timed> forms, Form fastest) {}

  /** A form that is open, and what it took so far. */
  private static final class Runner {
    final Form form;
    final Engine engine;
    final List<Long> single = new ArrayList<>();
    final List<Long> batch = new ArrayList<>();

    Runner(Form form, Engine engine) {
      this.form = form;
      this.engine = engine;
    }
  }

  private EngineMeasurement() {}

  /**
   * Measures.
   *
   * @param rounds how often each form runs, at least 1
   * @throws ProblemException the reason of the first form, if none can be used
   */
  public static Result of(ModelPack pack, int threads, int rounds) throws ProblemException {
    List<Runner> runners = new ArrayList<>();
    List<Timed> refused = new ArrayList<>();
    ProblemException first = null;
    try {
      for (Form form : pack.graphs().keySet()) {
        try {
          runners.add(new Runner(form, Engines.open(pack, form, threads)));
        } catch (ProblemException e) {
          first = first == null ? e : first;
          refused.add(
              new Timed(form, Optional.empty(), Optional.empty(), Optional.of(e.getMessage())));
        }
      }
      if (runners.isEmpty() && first != null) {
        throw first;
      }
      return measured(pack, runners, refused, rounds);
    } finally {
      runners.forEach(r -> r.engine.close());
    }
  }

  private static Result measured(
      ModelPack pack, List<Runner> runners, List<Timed> refused, int rounds)
      throws ProblemException {
    boolean classifier = pack.manifest().kind() == ModelManifest.Kind.CLASSIFIER;
    int side =
        classifier
            ? Integer.parseInt(pack.manifest().input().shape().get(1))
            : pack.manifest().tile().maxPx();
    int images = classifier ? CLASSIFIER_BATCH : 1;
    ByteBuffer memory = ByteBuffer.allocateDirect(images * side * side * 3);
    for (int i = 0; i < images; i++) {
      memory.put(i * side * side * 3, GoldenCells.draw(i, side));
    }
    String name = pack.manifest().input().name();
    Tensor one = new Tensor(name, memory, 1, side, side, 3);
    Tensor many = new Tensor(name, memory, images, side, side, 3);
    List<Tensor> oneOut = Engines.outputs(pack.manifest(), side, 1);
    List<Tensor> manyOut = Engines.outputs(pack.manifest(), side, images);
    for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
      for (Runner runner : runners) {
        long single = nanos(runner.engine, one, oneOut);
        long batch = classifier ? nanos(runner.engine, many, manyOut) / images : 0;
        if (round >= 0) {
          runner.single.add(single);
          runner.batch.add(batch);
        }
      }
    }
    List<Timed> timed = new ArrayList<>();
    for (Runner runner : runners) {
      timed.add(
          new Timed(
              runner.form,
              Optional.of(Benchmark.Timing.of(runner.single)),
              classifier ? Optional.of(Benchmark.Timing.of(runner.batch)) : Optional.empty(),
              Optional.empty()));
    }
    Form fastest = timed.stream().min(Comparator.comparing(Timed::costMs)).orElseThrow().form();
    timed.addAll(refused);
    return new Result(pack, side, List.copyOf(timed), fastest);
  }

  private static long nanos(Engine engine, Tensor input, List<Tensor> outputs)
      throws ProblemException {
    long start = System.nanoTime();
    engine.run(input, outputs);
    return System.nanoTime() - start;
  }
}
