package org.kronocyte.segment;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  /** A disc of 7 um. */
  private static final double MIN_SURE_UM2 = 40;

  /**
   * How far a cell's middle must rise above the pass to its neighbour, of a normalised distance of
   * 1.
   */
  private static final double CELL_DYNAMICS = 0.25;

  private final PixelPredictor predictor;
  private final double modelUmPerPx;

  /** Of the predictor's logits; 0 if it has none. */
  private final double logitScale;

  private Segmenter(PixelPredictor predictor, double modelUmPerPx) {
    this.predictor = predictor;
    this.modelUmPerPx = modelUmPerPx;
    this.logitScale = 0;
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
    this.logitScale =
        manifest.outputs().stream()
            .filter(o -> o.name().equals("classes"))
            .findFirst()
            .orElseThrow()
            .scale();
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
   * The first step of {@link #segment}, and all of it that needs the engine: what every pixel is.
   *
   * @param resampled what {@link #resample} made of the field; not modified
   */
  public Prediction predict(OpticalDensity resampled) throws ProblemException {
    return predictor.predict(resampled.rgb());
  }

  /**
   * How sure the network is of the cells of a field, which tells whether it is read at the right
   * scale.
   *
   * @param resampled what {@link #resample} made of the field; not modified
   * @return the mean lead, in logits, of the likeliest class over the next in the pixels called
   *     cell; 0 if they are fewer than a small cell has, or from thresholds, which are never sure
   */
  public double sureness(OpticalDensity resampled) throws ProblemException {
    double um2 = Math.pow(modelUmPerPx * Prediction.STRIDE, 2);
    return logitScale * Sureness.of(predictor.predict(resampled.rgb()), MIN_SURE_UM2 / um2);
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
    SplitPrediction split = split(predict(resampled), resampled, inputWidth, inputHeight, scale);
    return segment(split, resampled, inputWidth, inputHeight, scale);
  }

  /**
   * The second step: splits what was predicted into cells at the prediction's resolution, a quarter
   * of the pixels, since they part along lines no finer than that anyway.
   *
   * @param prediction of the same field
   */
  public static SplitPrediction split(
      Prediction prediction,
      OpticalDensity resampled,
      int inputWidth,
      int inputHeight,
      Scale scale) {
    Geometry geometry = Geometry.of(resampled, inputWidth, inputHeight, scale);
    byte[] classes = ClassMap.coarse(prediction);
    int dynamics = Math.max(1, (int) Math.rint(CELL_DYNAMICS / prediction.distanceScale()));
    int[] labels =
        Basins.split(
            classes, prediction.distance(), prediction.width(), prediction.height(), dynamics);
    double um2PerCoarsePx = geometry.um2PerPx() * Prediction.STRIDE * Prediction.STRIDE;
    List<CellRegions.Region> regions =
        new CellRegions(prediction.width(), classes, labels, um2PerCoarsePx).settle();
    return new SplitPrediction(prediction, labels, regions);
  }

  /**
   * The third step: draws each cell at the model's scale and measures it. Like the second it needs
   * no engine, so that another field may be predicted meanwhile.
   *
   * @param split of the same field
   */
  public static Segmentation segment(
      SplitPrediction split,
      OpticalDensity resampled,
      int inputWidth,
      int inputHeight,
      Scale scale) {
    Geometry geometry = Geometry.of(resampled, inputWidth, inputHeight, scale);
    int width = geometry.width();
    int height = geometry.height();
    int[] labels = new int[width * height];
    List<CellOutline> outlines = outlines(split, geometry, labels);
    byte[] green = resampled.green();
    NucleusContrast contrast = NucleusContrast.of(green, width, outlines);
    List<SegmentedCell> cells = new ArrayList<>();
    for (CellOutline outline : outlines) {
      cells.add(cell(outline, geometry, contrast.of(outline), green));
    }
    return new Segmentation(
        width, height, inputWidth, inputHeight, labels, cells, split.prediction());
  }

  /**
   * @param labels filled with the cells' numbers
   */
  private static List<CellOutline> outlines(
      SplitPrediction split, Geometry geometry, int[] labels) {
    List<CellOutline> out = new ArrayList<>();
    try (OutlineTracer tracer =
        new OutlineTracer(
            split.prediction(), split.labels(), geometry.width(), geometry.height())) {
      for (int id = 1; id <= split.regions().size(); id++) {
        tracer.trace(id, split.regions().get(id - 1).box()).ifPresent(out::add);
      }
    }
    out.forEach(outline -> paint(outline, labels, geometry.width()));
    return out;
  }

  private static void paint(CellOutline outline, int[] labels, int width) {
    Box box = outline.box();
    int i = 0;
    for (int y = 0; y < box.height(); y++) {
      int at = (box.y() + y) * width + box.x();
      for (int x = 0; x < box.width(); x++, i++) {
        if (outline.parts()[i] != Segmentation.BACKGROUND) {
          labels[at + x] = outline.id();
        }
      }
    }
  }

  /**
   * How pixels at the model's scale relate to the field's and to um; whole pixels make the true
   * zoom differ a little.
   */
  private record Geometry(
      int width, int height, int inputWidth, int inputHeight, double umPerInputPx) {
    static Geometry of(OpticalDensity resampled, int inputWidth, int inputHeight, Scale scale) {
      return new Geometry(
          resampled.width(), resampled.height(), inputWidth, inputHeight, scale.umPerPx());
    }

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
      CellOutline outline, Geometry geometry, OptionalDouble nucleusContrast, byte[] green) {
    Box box = outline.box();
    Morphology shape = Morphology.of(outline.parts(), box);
    double umPerPx = Math.sqrt(geometry.um2PerPx());
    Optional<NucleusMeasures> nucleus =
        outline.nucleus() == 0
            ? Optional.empty()
            : Optional.of(NucleusMeasures.of(outline, green, geometry.width(), umPerPx));
    return new SegmentedCell(
        outline.id(),
        geometry.toInput(box),
        ((double) outline.sumX() / outline.area() + 0.5) * geometry.zoomX(),
        ((double) outline.sumY() / outline.area() + 0.5) * geometry.zoomY(),
        outline.area() * geometry.um2PerPx(),
        outline.nucleus() * geometry.um2PerPx(),
        shape.circularity(outline.area()),
        shape.solidity(outline.area()),
        nucleusContrast,
        box.touchesEdge(geometry.width(), geometry.height()),
        OptionalDouble.of(Moments.eccentricity(outline)),
        nucleus,
        Optional.empty());
  }
}
