package org.kronocyte.app;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.kronocyte.camera.virtual.SmearRecipe;
import org.kronocyte.camera.virtual.VirtualField;
import org.kronocyte.camera.virtual.VirtualSmear;
import org.kronocyte.health.ProcessMetrics;
import org.kronocyte.health.ProcessMetricsReader;
import org.kronocyte.image.Frame;
import org.kronocyte.image.FrameOrigin;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.quality.FieldThumbnail;
import org.kronocyte.quality.QualityGate;
import org.kronocyte.quality.ScaleTracker;

/**
 * Times the reading of drawn fields, and beside it the bare inference of the very same tensors:
 * stage by stage on one thread, and as the daemon runs it, one field being prepared while the last
 * is classified. Decoding, drawing, storing and sending are left out; looking for repetitions is
 * not, nor is the look at crops for {@code models.site: auto}.
 */
public final class Benchmark {
  private static final int DISTINCT_FIELDS = 5;
  private static final int WARM_UP_ROUNDS = 20;
  private static final int FEWEST_IN_A_ROW = 20;
  private static final int REMEMBERED = QualityGate.Limits.DEFAULT.repeatWindow();
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
   * @param stages in the order of the pipeline, one thread
   * @param field the whole pipeline for one field on one thread
   * @param bareInference the engines alone on the tensors of one field, one thread
   * @param segmenterInference the segmenter's engine alone
   * @param process memory and the like once fields were read both ways, and before their tensors
   *     were copied for the bare inference
   */
  public record Result(
      String engine,
      double cells,
      Map<String, Timing> stages,
      Timing field,
      Timing bareInference,
      Timing segmenterInference,
      Throughput throughput,
      ProcessMetrics process) {
    /** What the pipeline adds to bare inference on one thread, from the medians. */
    public double overheadShare() {
      return field.p50Ms() / bareInference.p50Ms() - 1;
    }
  }

  private final Setup setup;
  private final String engine;
  private final Bare bare;
  private final FieldReader reader;
  private final Map<String, List<Long>> stageNanos = new LinkedHashMap<>();

  /** Of the field being read. */
  private final Map<String, Long> fieldNanos = new LinkedHashMap<>();

  /** Off while two threads read. */
  private volatile boolean timing = true;

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
    Recorder segmenter = new Recorder(network.engine());
    Recorder classifier = new Recorder(models.classifierEngine());
    this.engine = segmenter.describe();
    this.bare = new Bare(segmenter, classifier);
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
    QualityGate gate = new QualityGate(new QualityGate.Limits(0, 1, 0, 0, REMEMBERED));
    gate.remember(unlike());
    ScaleTracker scales =
        setup.scaleFromRedCells()
            ? ScaleTracker.estimating()
            : ScaleTracker.configured(smear.umPerPx());
    this.reader = new FieldReader(scales, gate, recording, this::took);
    SiteSample sample = new SiteSample(models.classifier().cropSidePx());
    reader.show(
        (origin, scale) -> {
          // Of the field before, as if that had been counted.
          double[] unused = sample.stain();
          return sample.field(origin, scale);
        });
  }

  /** A slide's worth of other fields, which none is a repetition of. */
  private static List<FieldThumbnail> unlike() {
    SplittableRandom random = new SplittableRandom(SEED);
    List<FieldThumbnail> out = new ArrayList<>();
    for (int i = 0; i < REMEMBERED; i++) {
      byte[] noise = new byte[FieldThumbnail.PIXELS];
      random.nextBytes(noise);
      out.add(FieldThumbnail.ofBytes(noise));
    }
    return out;
  }

  private void took(String stage, long nanos) {
    if (timing) {
      fieldNanos.merge(stage, nanos, Long::sum);
    }
  }

  /** Warms up and measures. */
  public Result run() throws ProblemException, InterruptedException {
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

  private Result measure(List<Frame> frames) throws ProblemException, InterruptedException {
    for (int round = 0; round < WARM_UP_ROUNDS; round++) {
      for (Frame frame : frames) {
        read(frame);
      }
    }
    stageNanos.clear();
    timing = false;
    Throughput.warmUp(reader, frames, fieldsInARow());
    timing = true;
    ProcessMetrics process =
        new ProcessMetricsReader(
                Path.of("/proc/self"), Path.of("/"), System::nanoTime, OptionalDouble::empty)
            .read();
    int cells = 0;
    for (Frame frame : frames) {
      List<FieldReader.Reading> readings = new ArrayList<>();
      bare.add(() -> readings.add(reader.read(frame)));
      cells += readings.get(0).result().cells().size();
    }
    fieldNanos.clear();
    List<Long> field = new ArrayList<>();
    List<Long> inference = new ArrayList<>();
    List<Long> segmenting = new ArrayList<>();
    for (int i = 0; i < frames.size(); i++) {
      // In turn, so that a slower moment of the machine hits both alike.
      for (int round = 0; round < setup.rounds(); round++) {
        field.add(read(frames.get(i)));
        long first = bare.segmentingNanos(i);
        segmenting.add(first);
        inference.add(first + bare.classifyingNanos(i));
      }
    }
    Map<String, Timing> stages = new LinkedHashMap<>();
    stageNanos.forEach((stage, times) -> stages.put(stage, Timing.of(times)));
    timing = false;
    Throughput throughput = Throughput.measure(reader, bare, frames, fieldsInARow());
    return new Result(
        engine,
        (double) cells / frames.size(),
        stages,
        Timing.of(field),
        Timing.of(inference),
        Timing.of(segmenting),
        throughput,
        process);
  }

  private int fieldsInARow() {
    return Math.max(FEWEST_IN_A_ROW, setup.rounds() * DISTINCT_FIELDS / 2);
  }

  /** Both steps on this thread. */
  private long read(Frame frame) throws ProblemException {
    long start = System.nanoTime();
    try (FieldReader.Prepared field = reader.prepareIfUsable(frame, false)) {
      reader.readIfUsable(field, report -> {});
    }
    long nanos = System.nanoTime() - start;
    fieldNanos.forEach(
        (stage, took) -> stageNanos.computeIfAbsent(stage, s -> new ArrayList<>()).add(took));
    fieldNanos.clear();
    return nanos;
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
