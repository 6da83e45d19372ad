package org.kronocyte.app;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.kronocyte.classify.ClassifiedCell;
import org.kronocyte.classify.Classifier;
import org.kronocyte.image.Frame;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.Scale;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.quality.WhiteBalance;
import org.kronocyte.segment.ResampledField;
import org.kronocyte.segment.Segmentation;
import org.kronocyte.segment.SegmentedCell;

/**
 * Reads images that were taken for the cell in their middle, or for one at a known place. The
 * segmenter finds that cell, so that its surroundings can be faded as in a field, and so that a
 * cell a little off the place is still read whole. One thread.
 */
public final class CentredCells {
  private final CellFinder finder;
  private final Classifier classifier;

  public CentredCells(Models models) throws ProblemException {
    this.finder = models.finder();
    this.classifier = models.classifier();
  }

  /** From now on verdicts carry evidence, as {@link Classifier#explain}. */
  public void explain() throws ProblemException {
    classifier.explain();
  }

  /** Names the cell nearest to the middle; without any, whatever is in the middle. */
  public ClassifiedCell.Verdict classify(Frame frame, Scale scale) throws ProblemException {
    return classifyAt(frame, scale, frame.width() / 2.0, frame.height() / 2.0);
  }

  /**
   * Names the cell nearest to a place; without any in the image, whatever is at the place.
   *
   * @param x of the place, pixels of the frame
   * @param y of the place, pixels of the frame
   */
  ClassifiedCell.Verdict classifyAt(Frame frame, Scale scale, double x, double y)
      throws ProblemException {
    try (OpticalDensity density = WhiteBalance.of(frame).apply(frame);
        ResampledField field = finder.resample(density, scale)) {
      Segmentation segmentation = segment(field);
      Optional<SegmentedCell> cell = nearest(segmentation, x, y);
      return cell.isPresent()
          ? classifier.classifyOne(field, segmentation, cell.get())
          : classifier.classifyAt(density, scale, x, y);
    }
  }

  /**
   * Cuts the whole cells of an image, the one nearest to the middle first.
   *
   * @param into native memory for crops as the classifier gets them
   * @param from index of the first crop
   * @param room number of crops to write at most
   * @return the diameter of each in um; as many as were written
   */
  double[] cut(Frame frame, Scale scale, ByteBuffer into, int from, int room)
      throws ProblemException {
    try (OpticalDensity density = WhiteBalance.of(frame).apply(frame);
        ResampledField field = finder.resample(density, scale)) {
      Segmentation segmentation = segment(field);
      Optional<SegmentedCell> middle =
          nearest(segmentation, frame.width() / 2.0, frame.height() / 2.0);
      List<SegmentedCell> cells =
          segmentation.cells().stream()
              .filter(c -> middle.filter(c::equals).isPresent() || !c.touchesEdge())
              .filter(c -> c.nucleusAreaUm2() >= SegmentedCell.MIN_NUCLEUS_UM2)
              .sorted(Comparator.comparing(c -> middle.filter(c::equals).isEmpty()))
              .limit(room)
              .toList();
      for (int i = 0; i < cells.size(); i++) {
        classifier.cut(field, segmentation, cells.get(i), into, from + i);
      }
      return cells.stream().mapToDouble(SegmentedCell::diameterUm).toArray();
    }
  }

  private Segmentation segment(ResampledField field) throws ProblemException {
    return finder.find(finder.split(finder.look(field), field), field).segmentation();
  }

  /**
   * The cell whose nearest pixel is closest to a place; between several, by their centroids.
   *
   * @param inputX pixels of the image as it came
   * @param inputY pixels of the image as it came
   */
  private static Optional<SegmentedCell> nearest(
      Segmentation segmentation, double inputX, double inputY) {
    double[] nearest = new double[1 + segmentation.highestId()];
    Arrays.fill(nearest, Double.MAX_VALUE);
    double placeX = inputX * segmentation.width() / segmentation.inputWidth();
    double placeY = inputY * segmentation.height() / segmentation.inputHeight();
    int i = 0;
    for (int y = 0; y < segmentation.height(); y++) {
      for (int x = 0; x < segmentation.width(); x++, i++) {
        int id = segmentation.labels()[i];
        if (id != 0) {
          nearest[id] = Math.min(nearest[id], Math.hypot(x + 0.5 - placeX, y + 0.5 - placeY));
        }
      }
    }
    return segmentation.cells().stream()
        .filter(c -> c.nucleusAreaUm2() >= SegmentedCell.MIN_NUCLEUS_UM2)
        .min(
            Comparator.<SegmentedCell>comparingDouble(c -> nearest[c.id()])
                .thenComparingDouble(
                    c -> Math.hypot(c.centroidX() - inputX, c.centroidY() - inputY)));
  }
}
