package org.kronocyte.app;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.kronocyte.classify.ClassifiedCell;
import org.kronocyte.classify.Classifier;
import org.kronocyte.image.Frame;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.Scale;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.CellPicture;
import org.kronocyte.publish.CropChoice;
import org.kronocyte.quality.FieldThumbnail;
import org.kronocyte.quality.QualityGate;
import org.kronocyte.quality.QualityReport;
import org.kronocyte.quality.ScaleTracker;
import org.kronocyte.quality.WhiteBalance;
import org.kronocyte.segment.ResampledField;
import org.kronocyte.segment.Segmentation;
import org.kronocyte.slide.FieldResult;

/**
 * Reads one field after another in two steps, each with one of the networks: white balance, scale,
 * quality and what every pixel is; then cells, their sizes and their classes.
 *
 * <p>Each step is one thread's, and the two may be different threads: while one field is classified
 * the next may be prepared.
 *
 * <p>Native memory a field, from {@link #prepare} until it is closed: halved pictures (1 byte a
 * pixel) and the density at the model's scale. A tile and two batches of crops are kept for all
 * fields.
 */
public final class FieldReader {
  private final ScaleTracker scales;
  private final QualityGate gate;
  private final CellFinder finder;
  private final StageTimer timer;
  private SiteClassifiers.Reading site;
  private CellTap tap = CellTap.NONE;

  private final CellPictures pictures;

  /** One that makes no pictures. */
  public FieldReader(ScaleTracker scales, QualityGate gate, Models models, StageTimer timer)
      throws ProblemException {
    this(scales, gate, models, timer, CropChoice.NONE);
  }

  FieldReader(
      ScaleTracker scales, QualityGate gate, Models models, StageTimer timer, CropChoice crops)
      throws ProblemException {
    this.scales = scales;
    this.gate = gate;
    this.finder = models.finder();
    Classifier classifier = models.classifier();
    this.site = SiteClassifiers.Reading.plain(classifier);
    this.pictures =
        new CellPictures(
            crops, classifier.cropSidePx(), models.classifierPack().manifest().input().umPerPx());
    this.timer = timer;
  }

  /** From the next field on cells are named like this. */
  void use(SiteClassifiers.Reading reading) {
    site = reading;
  }

  /** Who is shown each field's cells. */
  void show(CellTap to) {
    tap = to;
  }

  /**
   * A field with the pixels of its cells.
   *
   * @param result what goes out
   * @param segmentation for drawing masks and outlines
   * @param thumbnail to tell a repetition by
   * @param pictures of cells, as far as they are wanted
   */
  public record Reading(
      FieldResult result,
      Segmentation segmentation,
      FieldThumbnail thumbnail,
      List<CellPicture> pictures) {}

  /** From now on cells carry evidence, as {@link Classifier#explain}. */
  public void explain() throws ProblemException {
    site.classifier().explain();
  }

  /**
   * A field after the first step. Closing it frees its native memory, but not the frame.
   *
   * @param split empty if the field looked as if it would be refused
   */
  record Prepared(
      Frame frame,
      ResampledField resampled,
      QualityGate.Assessment quality,
      Optional<CellFinder.Split> split)
      implements AutoCloseable {
    Scale scale() {
      return resampled.scale();
    }

    @Override
    public void close() {
      resampled.close();
      resampled.captured().close();
    }
  }

  /** Reads a field whatever its quality; the frame stays the caller's. */
  public Reading read(Frame frame) throws ProblemException {
    try (Prepared field = prepare(frame)) {
      return read(field);
    }
  }

  /** The first step, for a field that is read whatever its quality. */
  Prepared prepare(Frame frame) throws ProblemException {
    return prepare(frame, quality -> true);
  }

  /**
   * The first step for a field that the gate may refuse. Where it would now, pixels are left for
   * the second step to look at, in case it sees that differently.
   *
   * @param known the field is to be passed over for another reason
   */
  Prepared prepareIfUsable(Frame frame, boolean known) throws ProblemException {
    return prepare(frame, quality -> !known && gate.judge(quality).usable());
  }

  /** The second step of a field that is read whatever its quality. */
  Reading read(Prepared field) throws ProblemException {
    return read(field, gate.judge(field.quality()));
  }

  /**
   * The second step, if the gate accepts the field. It counts as seen only once it is {@link
   * #remember}ed.
   *
   * @param onRefused told the report of a refused field
   */
  Optional<Reading> readIfUsable(Prepared field, Consumer<QualityReport> onRefused)
      throws ProblemException {
    // Judged again: the field before may have been counted since, or another slide begun.
    QualityReport report = gate.judge(field.quality());
    if (!report.usable()) {
      onRefused.accept(report);
      return Optional.empty();
    }
    return Optional.of(read(field, report));
  }

  /**
   * The next fields come from another microscope, as far as anybody knows. The first step's thread.
   */
  public void forgetScale() {
    scales.forget();
  }

  /** How many counted fields a new one is compared with. */
  public int repeatWindow() {
    return gate.repeatWindow();
  }

  /** The field was counted: one that looks like it is refused. Any thread. */
  public void remember(FieldThumbnail counted) {
    gate.remember(counted);
  }

  /** Another slide, or the same after a restart: only these fields were counted, oldest first. */
  public void remember(List<FieldThumbnail> counted) {
    gate.remember(counted);
  }

  private Prepared prepare(Frame frame, Wanted wanted) throws ProblemException {
    WhiteBalance light = timer.time("light", () -> WhiteBalance.of(frame));
    OpticalDensity density = timer.time("density", () -> light.apply(frame));
    try {
      Scale scale = timer.time("scale", () -> scales.scaleOf(density, finder.probe()));
      ResampledField resampled = timer.time("resample", () -> finder.resample(density, scale));
      try {
        QualityGate.Assessment alone =
            timer.time("quality", () -> gate.assess(resampled.density(), light));
        QualityGate.Assessment quality = timer.time("repeats", () -> gate.compared(alone));
        Optional<CellFinder.Split> split =
            wanted.of(quality) ? Optional.of(split(resampled)) : Optional.empty();
        return new Prepared(frame, resampled, quality, split);
      } catch (ProblemException | RuntimeException e) {
        resampled.close();
        throw e;
      }
    } catch (ProblemException | RuntimeException e) {
      density.close();
      throw e;
    }
  }

  /** Whether cells are worth looking for. */
  private interface Wanted {
    boolean of(QualityGate.Assessment quality);
  }

  private CellFinder.Split split(ResampledField resampled) throws ProblemException {
    CellFinder.Look look = timer.time("predict", () -> finder.look(resampled));
    return timer.time("split", () -> finder.split(look, resampled));
  }

  private Reading read(Prepared field, QualityReport report) throws ProblemException {
    Frame frame = field.frame();
    ResampledField resampled = field.resampled();
    CellFinder.Split split = field.split().isPresent() ? field.split().get() : split(resampled);
    CellFinder.Finding found = timer.time("segment", () -> finder.find(split, resampled));
    Segmentation segmentation = found.segmentation();
    List<ClassifiedCell> cells = timer.time("classify", () -> named(field, segmentation));
    FieldResult result =
        new FieldResult(
            frame.origin(),
            frame.capturedAt(),
            frame.width(),
            frame.height(),
            field.scale(),
            report.with(found.reasons()).with(site.reasons()),
            cells,
            found.secondOpinion());
    return new Reading(
        result,
        segmentation,
        field.quality().thumbnail(),
        pictures.of(frame, field.scale(), cells));
  }

  private List<ClassifiedCell> named(Prepared field, Segmentation segmentation)
      throws ProblemException {
    return site.classifier()
        .classify(
            field.resampled(),
            segmentation,
            site.plain(),
            tap.field(field.frame().origin(), field.scale()));
  }
}
