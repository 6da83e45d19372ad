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
import org.kronocyte.segment.Segmentation;
import org.kronocyte.slide.FieldResult;

/**
 * Reads one field after another: white balance, scale, quality, segmentation, classification. One
 * thread.
 *
 * <p>Native memory a field: halved pictures (1 byte a pixel), the density at the model's scale, one
 * tile and one batch of crops; everything but tile and crops is freed before the call returns.
 */
public final class FieldReader {
  private final ScaleTracker scales;
  private final QualityGate gate;
  private final CellFinder finder;
  private final Classifier classifier;
  private final StageTimer timer;

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
    this.classifier = models.classifier();
    this.pictures =
        new CellPictures(
            crops, classifier.cropSidePx(), models.classifierPack().manifest().input().umPerPx());
    this.timer = timer;
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

  /** Reads a field whatever its quality; the frame stays the caller's. */
  public Reading read(Frame frame) throws ProblemException {
    try (Prepared field = prepare(frame)) {
      return read(frame, field);
    }
  }

  /**
   * Reads a field if the gate accepts it; the frame stays the caller's. The field counts as seen
   * only once it is {@link #remember}ed.
   *
   * @param onRefused told the report of a refused field
   */
  public Optional<Reading> readIfUsable(Frame frame, Consumer<QualityReport> onRefused)
      throws ProblemException {
    try (Prepared field = prepare(frame)) {
      if (!field.quality().report().usable()) {
        onRefused.accept(field.quality().report());
        return Optional.empty();
      }
      return Optional.of(read(frame, field));
    }
  }

  /** How many counted fields a new one is compared with. */
  public int repeatWindow() {
    return gate.repeatWindow();
  }

  /** The field was counted: one that looks like it is refused. */
  public void remember(FieldThumbnail counted) {
    gate.remember(counted);
  }

  /** Another slide, or the same after a restart: only these fields were counted, oldest first. */
  public void remember(List<FieldThumbnail> counted) {
    gate.remember(counted);
  }

  /** A field ready for the networks. */
  private record Prepared(
      OpticalDensity density, OpticalDensity resampled, Scale scale, QualityGate.Assessment quality)
      implements AutoCloseable {
    @Override
    public void close() {
      density.close();
      resampled.close();
    }
  }

  private Prepared prepare(Frame frame) throws ProblemException {
    WhiteBalance light = timer.time("light", () -> WhiteBalance.of(frame));
    OpticalDensity density = timer.time("density", () -> light.apply(frame));
    try {
      Scale scale = timer.time("scale", () -> scales.scaleOf(density));
      OpticalDensity resampled = timer.time("resample", () -> finder.resample(density, scale));
      try {
        QualityGate.Assessment quality = timer.time("quality", () -> gate.assess(resampled, light));
        return new Prepared(density, resampled, scale, quality);
      } catch (ProblemException | RuntimeException e) {
        resampled.close();
        throw e;
      }
    } catch (ProblemException | RuntimeException e) {
      density.close();
      throw e;
    }
  }

  private Reading read(Frame frame, Prepared field) throws ProblemException {
    CellFinder.Finding found =
        timer.time(
            "segment",
            () -> finder.find(field.resampled(), frame.width(), frame.height(), field.scale()));
    Segmentation segmentation = found.segmentation();
    List<ClassifiedCell> cells =
        timer.time(
            "classify", () -> classifier.classify(field.density(), field.scale(), segmentation));
    FieldResult result =
        new FieldResult(
            frame.origin(),
            frame.capturedAt(),
            frame.width(),
            frame.height(),
            field.scale(),
            field.quality().report().with(found.reasons()),
            cells);
    return new Reading(
        result,
        segmentation,
        field.quality().thumbnail(),
        pictures.of(frame, field.scale(), cells));
  }
}
