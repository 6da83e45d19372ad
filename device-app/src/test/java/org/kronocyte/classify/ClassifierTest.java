package org.kronocyte.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kronocyte.camera.virtual.SmearRecipe;
import org.kronocyte.camera.virtual.VirtualSmear;
import org.kronocyte.image.Box;
import org.kronocyte.image.Frame;
import org.kronocyte.image.Natives;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.Scale;
import org.kronocyte.image.TestPixels;
import org.kronocyte.infer.Engine;
import org.kronocyte.infer.OnnxEngine;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.Packs;
import org.kronocyte.model.Sites;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.quality.WhiteBalance;
import org.kronocyte.segment.ResampledField;
import org.kronocyte.segment.Segmentation;
import org.kronocyte.segment.SegmentedCell;

class ClassifierTest {
  private static final Scale SCALE = Scale.configured(0.1);

  private static ModelPack pack;
  private static Engine engine;
  private static Classifier classifier;
  private static Frame frame;
  private static OpticalDensity field;
  private static ResampledField resampled;

  @BeforeAll
  static void open() throws Exception {
    Natives.load();
    pack = Packs.only(ModelManifest.Kind.CLASSIFIER);
    engine = OnnxEngine.open(pack, 1);
    classifier = new Classifier(pack, engine);
    VirtualSmear smear = new VirtualSmear(2, SmearRecipe.leukaemicMarrow().withSize(900, 700));
    frame = TestPixels.frame(smear.field(0));
    field = WhiteBalance.of(frame).apply(frame);
    resampled = new ResampledField(field.resized(360, 280), field, SCALE);
  }

  @AfterAll
  static void close() {
    resampled.close();
    field.close();
    frame.close();
    engine.close();
  }

  private static List<SegmentedCell> cells(int count) {
    List<SegmentedCell> out = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Box box = new Box(i * 131 % 850, i * 77 % 650, 30 + i, 40 + i);
      double nucleus = i % 5 == 0 ? 5.9 : 6.1;
      out.add(
          new SegmentedCell(
              i + 1, box, 0, 0, 80, nucleus, 0.9, 0.9, OptionalDouble.empty(), false));
    }
    return out;
  }

  /** Cells without outlines: nothing is known to fade around. */
  private static Segmentation of(List<SegmentedCell> cells) {
    return new Segmentation(1, 1, field.width(), field.height(), new int[1], cells, null);
  }

  @Test
  void aBatchIsItsCellsOneByOne() throws Exception {
    for (int count : new int[] {1, 15, 16, 17, 33}) {
      List<SegmentedCell> cells = cells(count);
      List<ClassifiedCell> together = classifier.classify(resampled, of(cells));
      List<ClassifiedCell> alone = new ArrayList<>();
      for (SegmentedCell cell : cells) {
        alone.addAll(classifier.classify(resampled, of(List.of(cell))));
      }
      assertEquals(alone, together);
      assertEquals(cells, together.stream().map(ClassifiedCell::cell).toList());
    }
  }

  @Test
  void noCellsAreNoCells() throws Exception {
    assertEquals(List.of(), classifier.classify(resampled, of(List.of())));
  }

  @Test
  void probabilitiesAreOfTheModelsClasses() throws Exception {
    Set<CellClass> labels = new HashSet<>();
    for (ClassifiedCell cell : classifier.classify(resampled, of(cells(33)))) {
      ClassifiedCell.Verdict verdict = cell.verdict();
      assertEquals(new HashSet<>(classifier.labels()), verdict.probabilities().keySet());
      double sum = verdict.probabilities().values().stream().mapToDouble(d -> d).sum();
      assertEquals(1, sum, 1e-9);
      double most =
          verdict.probabilities().values().stream().mapToDouble(d -> d).max().orElseThrow();
      assertEquals(most, verdict.probability());
      assertEquals(most, verdict.probabilities().get(verdict.label()));
      if (cell.cell().nucleusAreaUm2() < SegmentedCell.MIN_NUCLEUS_UM2) {
        assertEquals(CellStatus.REJECTED, verdict.status());
      }
      labels.add(verdict.label());
    }
    assertTrue(labels.size() > 1, "33 places are all " + labels);
  }

  /** The oracle cuts each crop for itself. */
  @Test
  void eachCellIsShownWithTheCropItWasNamedBy() throws Exception {
    List<SegmentedCell> cells = cells(33);
    List<ClassifiedCell> shown = new ArrayList<>();
    ByteBuffer one = ByteBuffer.allocateDirect(classifier.cropBytes());
    List<Boolean> same = new ArrayList<>();
    List<ClassifiedCell> named =
        classifier.classify(
            resampled,
            of(cells),
            Optional.empty(),
            (cell, crop) -> {
              shown.add(cell);
              classifier.cut(resampled, of(cells), cell.cell(), one, 0);
              same.add(one.equals(crop));
            });
    assertEquals(named, shown);
    assertEquals(Collections.nCopies(33, true), same);
  }

  /** The oracle reads the field twice. */
  @Test
  void aCalibratedModelAsksThePlainOneToo() throws Exception {
    int eosinophil = pack.manifest().labels().indexOf("EOS");
    ModelPack site = pack.at(Sites.favouring(pack, eosinophil, "2026-11-20T00:00:00Z"));
    List<SegmentedCell> cells = cells(33);
    try (Engine other = OnnxEngine.open(site, 1)) {
      Classifier calibrated = new Classifier(site, other);
      List<ClassifiedCell> alone = calibrated.classify(resampled, of(cells));
      List<ClassifiedCell> both =
          calibrated.classify(resampled, of(cells), Optional.of(classifier), CropSink.NONE);
      assertEquals(BlastKeeper.keep(alone, classifier.classify(resampled, of(cells))), both);
      assertFalse(alone.equals(classifier.classify(resampled, of(cells))));
    }
  }

  /** One centred cell in an image is read as it is in a field. */
  @Test
  void anImageOfOneCellIsReadLikeACellOfAField() throws Exception {
    Box whole = new Box(0, 0, field.width(), field.height());
    SegmentedCell middle =
        new SegmentedCell(1, whole, 0, 0, 90, 50, 1, 1, OptionalDouble.of(3), false);
    ClassifiedCell.Verdict expected =
        classifier.classify(resampled, of(List.of(middle))).get(0).verdict();
    assertEquals(expected, classifier.classifyCentre(field, SCALE));
  }

  @Test
  void anotherKindOfModelIsRefused() throws Exception {
    ModelPack segmenter = Packs.only(ModelManifest.Kind.SEGMENTER);
    ProblemException thrown =
        assertThrows(ProblemException.class, () -> new Classifier(segmenter, engine));
    assertEquals("model_wrong_kind", thrown.problem().code());
  }

  @Test
  void batchesLeaveNothingBehind() throws Exception {
    List<SegmentedCell> cells = cells(33);
    for (int i = 0; i < 5; i++) {
      classifier.classify(resampled, of(cells));
    }
    System.gc();
    long before = TestPixels.residentBytes();
    for (int i = 0; i < 30; i++) {
      classifier.classify(resampled, of(cells));
    }
    System.gc();
    long grown = TestPixels.residentBytes() - before;
    assertTrue(grown < 30 << 20, "grew by " + grown);
  }
}
