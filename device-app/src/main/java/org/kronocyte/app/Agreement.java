package org.kronocyte.app;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.kronocyte.classify.CellClass;
import org.kronocyte.image.Frame;
import org.kronocyte.image.ImageReader;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.Scale;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.quality.QualityGate;
import org.kronocyte.quality.ScaleTracker;
import org.kronocyte.quality.WhiteBalance;
import org.kronocyte.segment.MaskRenderer;

/** How far two forms of the same packs agree on the same images, through the whole pipeline. */
public final class Agreement {
  private final Models one;
  private final Models other;

  /** Both stay the caller's. */
  public Agreement(Models one, Models other) {
    this.one = one;
    this.other = other;
  }

  /**
   * What was compared.
   *
   * @param images read by both
   * @param items pixels of masks, or cells
   * @param alike items on which both agree
   * @param worst the image that agrees least, with its share; of several the first
   */
  public record Result(int images, long items, long alike, Path worst, double worstShare) {
    /** Share of items that agree, 0 to 1. */
    public double share() {
      return (double) alike / items;
    }
  }

  /** Compares one image: items and those alike. */
  private interface Comparison {
    long[] of(Path image) throws ProblemException;
  }

  /**
   * Compares masks: background, cytoplasm or nucleus, pixel by pixel at the image's own size.
   *
   * @param images at least one
   * @param scales a fresh tracker a call
   */
  public Result fields(List<Path> images, Supplier<ScaleTracker> scales) throws ProblemException {
    QualityGate gate = new QualityGate(QualityGate.Limits.DEFAULT);
    FieldReader first = new FieldReader(scales.get(), gate, one, StageTimer.NONE);
    FieldReader second = new FieldReader(scales.get(), gate, other, StageTimer.NONE);
    return compared(
        images,
        image -> {
          try (Frame frame = ImageReader.read(image)) {
            byte[] a = MaskRenderer.mask(first.read(frame).segmentation());
            byte[] b = MaskRenderer.mask(second.read(frame).segmentation());
            long alike = 0;
            for (int i = 0; i < a.length; i++) {
              alike += a[i] == b[i] ? 1 : 0;
            }
            return new long[] {a.length, alike};
          }
        });
  }

  /**
   * Compares the most probable class of the cell in the middle of each image.
   *
   * @param images at least one
   */
  public Result cells(List<Path> images, Scale scale) throws ProblemException {
    var first = one.classifier();
    var second = other.classifier();
    return compared(
        images,
        image -> {
          try (Frame frame = ImageReader.read(image);
              OpticalDensity density = WhiteBalance.of(frame).apply(frame)) {
            CellClass a = first.classifyCentre(density, scale).label();
            CellClass b = second.classifyCentre(density, scale).label();
            return new long[] {1, a == b ? 1 : 0};
          }
        });
  }

  private static Result compared(List<Path> images, Comparison comparison) throws ProblemException {
    long items = 0;
    long alike = 0;
    Path worst = images.get(0);
    double worstShare = 2;
    for (Path image : images) {
      long[] found = comparison.of(image);
      items += found[0];
      alike += found[1];
      double share = (double) found[1] / found[0];
      if (share < worstShare) {
        worstShare = share;
        worst = image;
      }
    }
    return new Result(images.size(), items, alike, worst, worstShare);
  }
}
