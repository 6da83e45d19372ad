package org.kronocyte.segment;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

  /**
   * Of the whole heap, for each pixel of a field at the model's scale and each engine that looks at
   * it. While a field is drawn and classified (7 bytes), another is split (4) and a third waits
   * (2). The rest is left for masks and files.
   */
  private static final int HEAP_BYTES_A_PIXEL = 22;

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
   * @param field white-balanced density as captured; not modified, kept open as long as the result
   * @throws ProblemException {@code scale_implausible} if the field would be absurdly large or
   *     small at this scale, {@code image_too_large} if the heap is too small for it
   */
  public ResampledField resample(OpticalDensity field, Scale scale) throws ProblemException {
    return resample(field, scale, 1);
  }

  /**
   * The same for a field that several engines will look at.
   *
   * @param engines this one counted in
   */
  public ResampledField resample(OpticalDensity field, Scale scale, int engines)
      throws ProblemException {
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
    requireRoom(width, height, Runtime.getRuntime().maxMemory() / engines);
    OpticalDensity density = field.resized((int) width, (int) height);
    return new ResampledField(density, field, scale);
  }

  /**
   * Refuses a field at the model's scale that would run out of memory on its way.
   *
   * @param heapBytes for each engine
   */
  static void requireRoom(long width, long height, long heapBytes) throws ProblemException {
    long most = heapBytes / HEAP_BYTES_A_PIXEL;
    if (width * height > most) {
      throw new ProblemException(
          "image_too_large",
          String.format(
              Locale.ROOT,
              "the field has %d x %d px at the scale it is read at; for more than %.1f megapixels"
                  + " the program's memory is too small",
              width,
              height,
              most / 1e6),
          "cut it into fields first, give the right --um-per-px, or more memory:"
              + " KRONOCYTE_JAVA_OPTIONS=-Xmx1g");
    }
  }

  /**
   * The first step of {@link #segment}, and all of it that needs the engine: what every pixel is.
   *
   * @param field not modified
   */
  public Prediction predict(ResampledField field) throws ProblemException {
    return predictor.predict(field.density().rgb());
  }

  /**
   * How sure the network is of the cells of a field, which tells whether it is read at the right
   * scale.
   *
   * @param field not modified
   * @return the mean lead, in logits, of the likeliest class over the next in the pixels called
   *     cell; 0 if they are fewer than a small cell has, or from thresholds, which are never sure
   */
  public double sureness(ResampledField field) throws ProblemException {
    double um2 = Math.pow(modelUmPerPx * Prediction.STRIDE, 2);
    return logitScale * Sureness.of(predict(field), MIN_SURE_UM2 / um2);
  }

  /**
   * Segments one field; boxes and centroids are in pixels of the field as captured.
   *
   * @param field not modified
   */
  public Segmentation segment(ResampledField field) throws ProblemException {
    return segment(split(predict(field), field), field);
  }

  /**
   * The second step: splits what was predicted into cells at the prediction's resolution, a quarter
   * of the pixels, since they part along lines no finer than that anyway.
   *
   * @param prediction of the same field
   */
  public static SplitPrediction split(Prediction prediction, ResampledField field) {
    byte[] classes = ClassMap.coarse(prediction);
    int dynamics = Math.max(1, (int) Math.rint(CELL_DYNAMICS / prediction.distanceScale()));
    int[] labels =
        Basins.split(
            classes, prediction.distance(), prediction.width(), prediction.height(), dynamics);
    double um2PerCoarsePx = field.um2PerPx() * Prediction.STRIDE * Prediction.STRIDE;
    List<CellRegions.Region> regions =
        new CellRegions(prediction.width(), classes, labels, um2PerCoarsePx).settle();
    return new SplitPrediction(prediction, classes, labels, regions);
  }

  /**
   * The third step: draws each cell at the model's scale and measures it. Like the second it needs
   * no engine, so that another field may be predicted meanwhile.
   *
   * @param split of the same field
   */
  public static Segmentation segment(SplitPrediction split, ResampledField field) {
    int width = field.width();
    int height = field.height();
    int[] labels = new int[width * height];
    List<CellOutline> outlines = outlines(split, width, height, labels);
    byte[] green = field.density().green();
    NucleusContrast contrast = NucleusContrast.of(green, width, outlines);
    List<SegmentedCell> cells = new ArrayList<>();
    for (CellOutline outline : outlines) {
      cells.add(cell(outline, field, contrast, green));
    }
    return new Segmentation(
        width, height, field.inputWidth(), field.inputHeight(), labels, cells, split.prediction());
  }

  /**
   * @param labels filled with the cells' numbers
   */
  private static List<CellOutline> outlines(
      SplitPrediction split, int width, int height, int[] labels) {
    List<CellOutline> out = new ArrayList<>();
    OutlineTracer tracer = new OutlineTracer(split, width, height);
    for (int id = 1; id <= split.regions().size(); id++) {
      tracer.trace(id, split.regions().get(id - 1).box()).ifPresent(out::add);
    }
    out.forEach(outline -> paint(outline, labels, width));
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

  private static SegmentedCell cell(
      CellOutline outline, ResampledField field, NucleusContrast contrast, byte[] green) {
    Box box = outline.box();
    Morphology shape = Morphology.of(outline.parts(), box);
    double umPerPx = Math.sqrt(field.um2PerPx());
    Optional<NucleusMeasures> nucleus =
        outline.nucleus() == 0
            ? Optional.empty()
            : Optional.of(NucleusMeasures.of(outline, green, field.width(), umPerPx));
    return new SegmentedCell(
        outline.id(),
        field.toInput(box),
        ((double) outline.sumX() / outline.area() + 0.5) * field.zoomX(),
        ((double) outline.sumY() / outline.area() + 0.5) * field.zoomY(),
        outline.area() * field.um2PerPx(),
        outline.nucleus() * field.um2PerPx(),
        shape.circularity(outline.area()),
        shape.solidity(outline.area()),
        nucleus.map(contrast::of).orElse(OptionalDouble.empty()),
        box.touchesEdge(field.width(), field.height()) || touchesStop(outline, field),
        OptionalDouble.of(Moments.eccentricity(outline)),
        nucleus,
        Optional.empty());
  }

  /** Whether a cell is cut by the round edge of what the eyepiece shows. */
  private static boolean touchesStop(CellOutline outline, ResampledField field) {
    if (!field.density().hasStop()) {
      return false;
    }
    Box box = outline.box();
    int i = 0;
    for (int y = 0; y < box.height(); y++) {
      for (int x = 0; x < box.width(); x++, i++) {
        if (outline.parts()[i] != Segmentation.BACKGROUND
            && field.density().hidden(box.x() + x, box.y() + y)) {
          return true;
        }
      }
    }
    return false;
  }
}
