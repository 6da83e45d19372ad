package org.kronocyte.app;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.kronocyte.camera.virtual.SmearRecipe;
import org.kronocyte.camera.virtual.VirtualField;
import org.kronocyte.camera.virtual.VirtualSmear;
import org.kronocyte.health.ProcessMetrics;
import org.kronocyte.health.ProcessMetricsReader;
import org.kronocyte.image.Frame;
import org.kronocyte.image.FrameOrigin;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.quality.QualityGate;
import org.kronocyte.quality.ScaleTracker;

/**
 * Times the reading of drawn fields stage by stage, and beside it the bare inference of the very
 * same tensors. Decoding and drawing are left out. One thread.
 */
public final class Benchmark {
  private static final int DISTINCT_FIELDS = 5;
  private static final int WARM_UP_ROUNDS = 4;
  private static final long SEED = 7;

  /**
   * What to time.
   *
   * @param widthPx of a field
   * @param heightPx of a field
   * @param cellsPerField white cells drawn a field, on average
   * @param rounds how often each of five fields is read
   * @param scaleFromRedCells estimate um/px in every field, as without a configured value
   */
  public record Setup(
      int widthPx, int heightPx, int cellsPerField, int rounds, boolean scaleFromRedCells) {}

  /** Milliseconds of one thing over all repetitions: the median and the 95th percentile. */
  public record Timing(double p50Ms, double p95Ms) {
    static Timing of(List<Long> nanos) {
      long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
      return new Timing(at(sorted, 0.50), at(sorted, 0.95));
    }

    private static double at(long[] sorted, double quantile) {
      int index = (int) Math.min(sorted.length - 1, Math.ceil(quantile * sorted.length) - 1);
      return sorted[Math.max(0, index)] / 1e6;
    }
  }

  /**
   * What was measured.
   *
   * @param cells found a field, mean
   * @param fieldsPerSecond of the pipeline on one thread
   * @param stages in the order of the pipeline
   * @param field the whole pipeline for one field
   * @param bareInference the engines alone on the tensors of one field
   * @param segmenterInference the segmenter's engine alone
   * @param overheadShare what the pipeline adds to the bare inference, from the medians
   * @param process memory and the like, after the run
   */
  public record Result(
      String engine,
      double cells,
      double fieldsPerSecond,
      Map<String, Timing> stages,
      Timing field,
      Timing bareInference,
      Timing segmenterInference,
      double overheadShare,
      ProcessMetrics process) {}

  private final Setup setup;
  private final RecordingEngine segmenter;
  private final RecordingEngine classifier;
  private final FieldReader reader;
  private final Map<String, List<Long>> stageNanos = new LinkedHashMap<>();
  private final VirtualSmear smear;

  /**
   * @param models stay the caller's
   */
  public Benchmark(Models models, Setup setup) throws ProblemException {
    this.setup = setup;
    Models.Network network =
        models
            .network()
            .orElseThrow(() -> new ProblemException(models.segmenterProblem().orElseThrow(), null));
    this.segmenter = new RecordingEngine(network.engine());
    this.classifier = new RecordingEngine(models.classifierEngine());
    Models recording =
        new Models(
            Optional.of(new Models.Network(network.pack(), segmenter)),
            Optional.empty(),
            models.classifierPack(),
            classifier,
            models.choice());
    SmearRecipe blood = SmearRecipe.blood();
    SmearRecipe recipe =
        new SmearRecipe(
                blood.mix(),
                setup.cellsPerField(),
                blood.redCellsPerField(),
                blood.plateletsPerField(),
                blood.umPerPx(),
                blood.width(),
                blood.height())
            .withSize(setup.widthPx(), setup.heightPx());
    this.smear = new VirtualSmear(SEED, recipe);
    // A gate without memory: the same fields are read again and again.
    QualityGate.Limits limits = QualityGate.Limits.DEFAULT;
    QualityGate gate =
        new QualityGate(
            new QualityGate.Limits(
                limits.minFocus(),
                limits.maxSaturatedShare(),
                limits.minBackground(),
                limits.minStainedShare(),
                0));
    ScaleTracker scales =
        setup.scaleFromRedCells()
            ? ScaleTracker.estimating()
            : ScaleTracker.configured(smear.umPerPx());
    this.reader = new FieldReader(scales, gate, recording, this::took);
  }

  private void took(String stage, long nanos) {
    stageNanos.computeIfAbsent(stage, s -> new ArrayList<>()).add(nanos);
  }

  /** Warms up and measures. */
  public Result run() throws ProblemException {
    List<Frame> frames = new ArrayList<>();
    try {
      for (int i = 0; i < DISTINCT_FIELDS; i++) {
        frames.add(frame(smear.field(i)));
      }
      return measure(frames);
    } finally {
      frames.forEach(Frame::close);
    }
  }

  private Result measure(List<Frame> frames) throws ProblemException {
    for (int round = 0; round < WARM_UP_ROUNDS; round++) {
      for (Frame frame : frames) {
        reader.read(frame);
      }
    }
    stageNanos.clear();
    List<Long> field = new ArrayList<>();
    List<Long> bare = new ArrayList<>();
    List<Long> segmenting = new ArrayList<>();
    int cells = 0;
    for (Frame frame : frames) {
      record(true);
      cells += reader.read(frame).result().cells().size();
      record(false);
      stageNanos.values().forEach(times -> times.remove(times.size() - 1));
      // In turn, so that a slower moment of the machine hits both alike.
      for (int round = 0; round < setup.rounds(); round++) {
        long start = System.nanoTime();
        reader.read(frame);
        field.add(System.nanoTime() - start);
        segmenting.add(segmenter.replayNanos());
        bare.add(segmenting.get(segmenting.size() - 1) + classifier.replayNanos());
      }
    }
    Map<String, Timing> stages = new LinkedHashMap<>();
    stageNanos.forEach((stage, times) -> stages.put(stage, Timing.of(times)));
    Timing whole = Timing.of(field);
    Timing inference = Timing.of(bare);
    double seconds = field.stream().mapToLong(Long::longValue).sum() / 1e9;
    ProcessMetrics process =
        new ProcessMetricsReader(
                Path.of("/proc/self"), Path.of("/"), System::nanoTime, OptionalDouble::empty)
            .read();
    return new Result(
        segmenter.describe(),
        (double) cells / frames.size(),
        field.size() / seconds,
        stages,
        whole,
        inference,
        Timing.of(segmenting),
        whole.p50Ms() / inference.p50Ms() - 1,
        process);
  }

  private void record(boolean on) {
    segmenter.record(on);
    classifier.record(on);
  }

  private static Frame frame(VirtualField field) {
    return Frame.ofBgr(
        field.bgr(),
        field.width(),
        field.height(),
        Instant.EPOCH,
        new FrameOrigin("bench-" + field.index(), FrameOrigin.Kind.SIMULATED));
  }
}
