package org.kronocyte.segment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.kronocyte.image.Box;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.Scale;
import org.kronocyte.infer.Engine;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.ModelPack;
import org.kronocyte.problem.ProblemException;

/**
 * Finds the white cells of a field: resamples it to a fixed um/px, lets a network or thresholds say
 * what each pixel is, splits touching cells and measures each. One thread.
 */
public final class Segmenter {
  /** Largest field at the model's scale; a slip in um/px would otherwise ask for gigabytes. */
  private static final long MAX_MODEL_PIXELS = 32L << 20;

  private static final int MIN_MODEL_PIXELS = 16;

  /**
   * How far a cell's middle must rise above the pass to its neighbour, of a normalised distance of
   * 1.
   */
  private static final double CELL_DYNAMICS = 0.25;

  private final PixelPredictor predictor;
  private final double modelUmPerPx;

  private Segmenter(PixelPredictor predictor, double modelUmPerPx) {
    this.predictor = predictor;
    this.modelUmPerPx = modelUmPerPx;
  }

  /** Thresholds and morphology, for where no model loads, and to compare with. */
  public static Segmenter classical() {
    return new Segmenter(new ClassicalPredictor(), ClassicalPredictor.UM_PER_PX);
  }

  /**
   * A network.
   *
   * @param engine runs the pack's graph; stays the caller's
   */
  public Segmenter(ModelPack pack, Engine engine) throws ProblemException {
    ModelManifest manifest = pack.manifest();
    if (manifest.kind() != ModelManifest.Kind.SEGMENTER || manifest.tile() == null) {
      throw new ProblemException(
          "model_wrong_kind",
          pack.id() + " is a " + manifest.kind() + " or has no tile size",
          "name a segmentation pack");
    }
    this.predictor = new SegmentationNetwork(engine, manifest);
    this.modelUmPerPx = manifest.input().umPerPx();
  }

  /** The um/px at which fields are read. */
  public double modelUmPerPx() {
    return modelUmPerPx;
  }

  /**
   * A field at the model's um/px; the caller closes it.
   *
   * @param field white-balanced density at its own resolution; not modified
   * @throws ProblemException {@code scale_implausible} if the field would be absurdly large or
   *     small at this scale
   */
  public OpticalDensity resample(OpticalDensity field, Scale scale) throws ProblemException {
    double factor = scale.umPerPx() / modelUmPerPx;
    long width = Math.round(field.width() * factor);
    long height = Math.round(field.height() * factor);
    if (width * height > MAX_MODEL_PIXELS || Math.min(width, height) < MIN_MODEL_PIXELS) {
      throw new ProblemException(
          "scale_implausible",
          String.format(
              "a field of %d x %d px at %.4f um/px would be %.0f x %.0f um",
              field.width(),
              field.height(),
              scale.umPerPx(),
              field.width() * scale.umPerPx(),
              field.height() * scale.umPerPx()),
          "give the right --um-per-px");
    }
    return field.resized((int) width, (int) height);
  }

  /**
   * Segments one field.
   *
   * @param resampled what {@link #resample} made of the field; not modified
   * @param inputWidth of the field as captured, pixels; boxes and centroids are in these
   * @param inputHeight of the field as captured, pixels
   * @param scale of the field as captured
   */
  public Segmentation segment(
      OpticalDensity resampled, int inputWidth, int inputHeight, Scale scale)
      throws ProblemException {
    int width = resampled.width();
    int height = resampled.height();
    Prediction prediction = predictor.predict(resampled.rgb());
    byte[] classes =
        ClassMap.render(
            prediction,
            width,
            height,
            prediction.width() * Prediction.STRIDE,
            prediction.height() * Prediction.STRIDE);
    Geometry geometry = new Geometry(width, height, inputWidth, inputHeight, scale.umPerPx());
    int[] coarse = coarseLabels(prediction, geometry.um2PerPx());
    int[] labels = FineLabels.of(coarse, prediction.width(), prediction.height(), classes, width);
    int count = Arrays.stream(coarse).max().orElse(0);
    CellRegions.Region[] regions = CellRegions.measure(width, classes, labels, count);
    List<SegmentedCell> cells = new ArrayList<>();
    NucleusContrast contrast = NucleusContrast.of(resampled, classes, labels, count);
    for (int id = 1; id <= count; id++) {
      // A speck may vanish when its outline is drawn more finely.
      if (regions[id].area > 0) {
        cells.add(cell(id, regions[id], labels, geometry, contrast.of(id)));
      }
    }
    return new Segmentation(width, height, inputWidth, inputHeight, labels, cells, prediction);
  }

  /**
   * Which cell a pixel belongs to, at the prediction's resolution: a quarter of the pixels, and
   * cells are split along lines no finer than that anyway.
   */
  private static int[] coarseLabels(Prediction prediction, double um2PerPx) {
    byte[] classes = ClassMap.coarse(prediction);
    int dynamics = Math.max(1, (int) Math.rint(CELL_DYNAMICS / prediction.distanceScale()));
    int width = prediction.width();
    int[] labels =
        Basins.split(classes, prediction.distance(), width, prediction.height(), dynamics);
    double um2PerCoarsePx = um2PerPx * Prediction.STRIDE * Prediction.STRIDE;
    new CellRegions(width, classes, labels, um2PerCoarsePx).settle();
    return labels;
  }

  /**
   * How pixels at the model's scale relate to the field's and to um; whole pixels make the true
   * zoom differ a little.
   */
  private record Geometry(
      int width, int height, int inputWidth, int inputHeight, double umPerInputPx) {
    double zoomX() {
      return (double) inputWidth / width;
    }

    double zoomY() {
      return (double) inputHeight / height;
    }

    double um2PerPx() {
      return umPerInputPx * zoomX() * umPerInputPx * zoomY();
    }

    Box toInput(Box box) {
      int left = (int) Math.floor(box.x() * zoomX());
      int top = (int) Math.floor(box.y() * zoomY());
      int right = (int) Math.min(inputWidth, Math.ceil((box.x() + box.width()) * zoomX()));
      int bottom = (int) Math.min(inputHeight, Math.ceil((box.y() + box.height()) * zoomY()));
      return new Box(left, top, right - left, bottom - top);
    }
  }

  private static SegmentedCell cell(
      int id,
      CellRegions.Region region,
      int[] labels,
      Geometry geometry,
      OptionalDouble nucleusContrast) {
    Box box = region.box();
    byte[] inside = new byte[box.width() * box.height()];
    for (int y = 0; y < box.height(); y++) {
      for (int x = 0; x < box.width(); x++) {
        int label = labels[(box.y() + y) * geometry.width() + box.x() + x];
        inside[y * box.width() + x] = (byte) (label == id ? 1 : 0);
      }
    }
    Morphology shape = Morphology.of(inside, box);
    return new SegmentedCell(
        id,
        geometry.toInput(box),
        ((double) region.sumX / region.area + 0.5) * geometry.zoomX(),
        ((double) region.sumY / region.area + 0.5) * geometry.zoomY(),
        region.area * geometry.um2PerPx(),
        region.nucleus * geometry.um2PerPx(),
        shape.circularity(region.area),
        shape.solidity(region.area),
        nucleusContrast,
        box.touchesEdge(geometry.width(), geometry.height()));
  }
}
