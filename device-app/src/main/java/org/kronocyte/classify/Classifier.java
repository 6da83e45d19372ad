package org.kronocyte.classify;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kronocyte.image.Box;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.Scale;
import org.kronocyte.infer.Engine;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.ModelPack;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.segment.ResampledField;
import org.kronocyte.segment.Segmentation;
import org.kronocyte.segment.SegmentedCell;

/**
 * Names the cells of a field: crops of fixed size in um, an int8 network, probabilities by softmax
 * at the pack's temperature. Native memory is two batches, however many cells a field has. One
 * thread; the engine stays the caller's.
 */
public final class Classifier {
  /** Crops a call; larger batches gain nothing on small cores. */
  static final int BATCH = 16;

  private final List<CellClass> labels;
  private final CropReader reader;
  private final Readings readings;
  private final int sidePx;
  private final CropCutter cutter;
  private final Optional<Surroundings> surroundings;
  private final ByteBuffer crops;
  private final ModelPack pack;
  private Optional<EvidenceReader> evidence = Optional.empty();

  /**
   * @param engine runs the pack's graph
   */
  public Classifier(ModelPack pack, Engine engine) throws ProblemException {
    ModelManifest manifest = pack.manifest();
    if (manifest.kind() != ModelManifest.Kind.CLASSIFIER || manifest.labels() == null) {
      throw new ProblemException(
          "model_wrong_kind",
          pack.id() + " is a " + manifest.kind() + " or names no classes",
          "name a classification pack");
    }
    this.pack = pack;
    this.labels = labels(pack);
    this.reader = new CropReader(pack, engine, BATCH);
    this.readings = new Readings(pack, labels);
    this.sidePx = Integer.parseInt(manifest.input().shape().get(1));
    this.cutter = new CropCutter(sidePx, pack.inputUmPerPx());
    this.surroundings =
        Optional.ofNullable(manifest.surroundings())
            .map(s -> new Surroundings(s.fadeMarginUm(), sidePx, pack.inputUmPerPx()));
    this.crops = ByteBuffer.allocateDirect(BATCH * cutter.bytes());
    // The engine takes memory as batches grow: now all of it, so that a field's cells need no more.
    run(BATCH);
  }

  private static List<CellClass> labels(ModelPack pack) throws ProblemException {
    List<CellClass> out = new ArrayList<>();
    for (String code : pack.manifest().labels()) {
      out.add(
          CellClass.ofCode(code)
              .orElseThrow(
                  () ->
                      new ProblemException(
                          "model_unknown_class",
                          pack.id() + " has a class '" + code + "' that this program doesn't know",
                          "update the program, or use an older pack")));
    }
    return List.copyOf(out);
  }

  /**
   * From now on verdicts carry evidence; it takes some microseconds a cell. It is that of the first
   * look, of a cell that the network was asked about again, see {@link CropReader}.
   *
   * @throws ProblemException {@code model_cannot_explain} if the pack can't
   */
  public void explain() throws ProblemException {
    evidence = Optional.of(new EvidenceReader(pack, labels, BATCH));
  }

  /** The classes the model knows, in its order. */
  public List<CellClass> labels() {
    return labels;
  }

  /** Classifies all cells of a segmented field; the result is in their order. */
  public List<ClassifiedCell> classify(ResampledField field, Segmentation segmentation)
      throws ProblemException {
    return classify(field, segmentation, Optional.empty(), CropSink.NONE);
  }

  /**
   * The same, and shows each cell's crop.
   *
   * @param plain if this is a calibrated model: the same as it came, asked with the same crops, so
   *     that no blast is lost, see {@link BlastKeeper}
   */
  public List<ClassifiedCell> classify(
      ResampledField field, Segmentation segmentation, Optional<Classifier> plain, CropSink sink)
      throws ProblemException {
    List<SegmentedCell> cells = segmentation.cells();
    List<ClassifiedCell> out = new ArrayList<>();
    Clumps clumps = Clumps.among(cells);
    for (int from = 0; from < cells.size(); from += BATCH) {
      List<SegmentedCell> batch = cells.subList(from, Math.min(cells.size(), from + BATCH));
      for (int i = 0; i < batch.size(); i++) {
        cut(field, segmentation, batch.get(i), crops, i);
      }
      List<ClassifiedCell> named = named(crops, batch, clumps);
      if (plain.isPresent()) {
        named = BlastKeeper.keep(named, plain.get().named(crops, batch, clumps));
      }
      for (int i = 0; i < named.size(); i++) {
        sink.take(named.get(i), crops.slice(i * cropBytes(), cropBytes()));
      }
      out.addAll(named);
    }
    return out;
  }

  private List<ClassifiedCell> named(
      ByteBuffer batchCrops, List<SegmentedCell> batch, Clumps clumps) throws ProblemException {
    run(batchCrops, batch.size());
    List<ClassifiedCell> out = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      SegmentedCell cell = batch.get(i);
      ClassifiedCell.Verdict verdict =
          DecisionRule.DEFAULT.decide(reading(i), cell, clumps.contains(cell));
      out.add(new ClassifiedCell(cell, explained(verdict, i, Optional.of(cell))));
    }
    return out;
  }

  /** Classifies one cell of an image that is known to show a cell there. */
  public ClassifiedCell.Verdict classifyOne(
      ResampledField image, Segmentation segmentation, SegmentedCell cell) throws ProblemException {
    cut(image, segmentation, cell, crops, 0);
    run(1);
    return explained(DecisionRule.DEFAULT.decide(reading(0)), 0, Optional.of(cell));
  }

  /** Bytes of one crop as {@link #cut} writes it. */
  public int cropBytes() {
    return cutter.bytes();
  }

  /** Width and height of a crop, pixels. */
  public int cropSidePx() {
    return sidePx;
  }

  /** Width and height of the square of the field that a crop shows, um. */
  public double cropUm() {
    return sidePx * pack.inputUmPerPx();
  }

  /**
   * Writes the crop of one cell as the network gets it.
   *
   * @param into native memory; the crop is its {@code index}-th
   */
  public void cut(
      ResampledField field,
      Segmentation segmentation,
      SegmentedCell cell,
      ByteBuffer into,
      int index) {
    Box box = cell.bbox();
    CropCutter.Place place =
        cutter.place(field, box.x() + box.width() / 2.0, box.y() + box.height() / 2.0);
    byte[] visible =
        surroundings
            .flatMap(s -> s.visible(segmentation, cell, place.x(), place.y(), field.scale()))
            .orElse(cutter.everything());
    cutter.cut(place, visible, into, index);
  }

  /** Classifies the middle of an image in which no cell was found, whatever is there. */
  public ClassifiedCell.Verdict classifyCentre(OpticalDensity image, Scale scale)
      throws ProblemException {
    return classifyAt(image, scale, image.width() / 2.0, image.height() / 2.0);
  }

  /**
   * Classifies a place in an image in which no cell was found, whatever is there.
   *
   * @param x of the place, pixels of the image
   * @param y of the place, pixels of the image
   */
  public ClassifiedCell.Verdict classifyAt(OpticalDensity image, Scale scale, double x, double y)
      throws ProblemException {
    cutter.cut(cutter.place(image, scale, x, y), cutter.everything(), crops, 0);
    run(1);
    return explained(DecisionRule.DEFAULT.decide(reading(0)), 0, Optional.empty());
  }

  private void run(int count) throws ProblemException {
    run(crops, count);
  }

  private void run(ByteBuffer batchCrops, int count) throws ProblemException {
    reader.read(batchCrops, count, evidence.map(e -> e.tensor(count)));
  }

  private CellReading reading(int index) {
    return readings.of(reader.logits(index), reader.embedding(index));
  }

  private ClassifiedCell.Verdict explained(
      ClassifiedCell.Verdict verdict, int index, Optional<SegmentedCell> cell) {
    Optional<ByteBuffer> embedding = reader.embedding(index);
    if (evidence.isEmpty() || embedding.isEmpty()) {
      return verdict;
    }
    return verdict.with(evidence.get().of(index, verdict.label(), embedding.get(), cell));
  }
}
