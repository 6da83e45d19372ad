package org.kronocyte.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kronocyte.classify.ActivationMap;
import org.kronocyte.classify.ClassifiedCell;
import org.kronocyte.image.Box;
import org.kronocyte.image.Frame;
import org.kronocyte.image.Natives;
import org.kronocyte.image.PixelArena;
import org.kronocyte.quality.QualityGate;
import org.kronocyte.quality.ScaleTracker;
import org.kronocyte.segment.Segmentation;
import org.opencv.core.Mat;

/** Where colour is, how it rises with the evidence, and that it is read without red and green. */
class EvidencePainterTest {
  private static final QualityGate.Limits EVERYTHING = new QualityGate.Limits(0, 1, 0, 0, 0);

  private static Models models;

  @BeforeAll
  static void load() throws Exception {
    Natives.load();
    models = Models.load(Path.of("../models-quantized/packs"), 1);
  }

  @AfterAll
  static void free() {
    models.close();
  }

  /** One pixel of a cell. */
  private record Pixel(double evidence, int blue, int green, int red) {
    /** Tint alone, the grey below it taken off: what somebody sees who has no red or no green. */
    double yellowness() {
      return (red + green) / 2.0 - blue;
    }
  }

  @Test
  void cellsAreTintedByTheirEvidenceAndNothingElseIs() throws Exception {
    FieldReader reader =
        new FieldReader(
            ScaleTracker.configured(TestFrames.UM_PER_PX),
            new QualityGate(EVERYTHING),
            models,
            StageTimer.NONE);
    reader.explain();
    double cropUm = models.classifier().cropUm();
    try (Frame frame = TestFrames.drawn(2);
        PixelArena arena = new PixelArena()) {
      FieldReader.Reading reading = reader.read(frame);
      List<ClassifiedCell> cells = reading.result().cells();
      assertTrue(!cells.isEmpty(), "the drawn field has cells");
      Mat painted = new EvidencePainter(cropUm).paint(frame, reading, arena);
      assertEquals(frame.width(), painted.cols());
      assertEquals(frame.height() + EvidencePainter.STRIP_PX, painted.rows());
      List<Pixel> pixels = pixels(frame, reading, painted, cropUm);
      assertTrue(pixels.size() > 50, pixels.size() + " pixels of cells");
      double most = EvidencePainter.most(cells);
      pixels.sort(Comparator.comparingDouble(Pixel::evidence));
      for (int i = 0; i < pixels.size(); i += 7) {
        for (int j = i; j < pixels.size(); j += 7) {
          double more =
              Math.max(0, pixels.get(j).evidence()) - Math.max(0, pixels.get(i).evidence());
          if (more > most / 4) {
            assertTrue(pixels.get(j).yellowness() > pixels.get(i).yellowness() + 5);
          }
        }
      }
      assertTrue(pixels.get(0).yellowness() < pixels.get(pixels.size() - 1).yellowness() - 20);
      double[] dark = painted.get(frame.height() + EvidencePainter.STRIP_PX / 2, 0);
      double[] light = painted.get(frame.height() + EvidencePainter.STRIP_PX / 2, 95);
      assertTrue(light[0] + light[1] + light[2] > 2 * (dark[0] + dark[1] + dark[2]), "the scale");
    }
  }

  /**
   * Asserts that what is no cell and no writing is grey; the pixels of cells, away from writing.
   */
  private static List<Pixel> pixels(
      Frame frame, FieldReader.Reading reading, Mat painted, double cropUm) {
    Segmentation found = reading.segmentation();
    List<Pixel> out = new ArrayList<>();
    for (int y = 0; y < frame.height(); y++) {
      for (int x = 0; x < frame.width(); x++) {
        double[] bgr = painted.get(y, x);
        int row = (int) ((y + 0.5) * found.height() / frame.height());
        int column = (int) ((x + 0.5) * found.width() / frame.width());
        int label = found.labels()[row * found.width() + column];
        if (label == 0) {
          assertEquals(bgr[0], bgr[1]);
          assertEquals(bgr[1], bgr[2]);
        } else if (bgr[0] != bgr[1] || bgr[1] != bgr[2]) {
          for (ClassifiedCell cell : reading.result().cells()) {
            if (cell.cell().id() == label) {
              double evidence = oracle(cell, x + 0.5, y + 0.5, cropUm);
              out.add(new Pixel(evidence, (int) bgr[0], (int) bgr[1], (int) bgr[2]));
            }
          }
        }
      }
    }
    return out;
  }

  /** Bilinear by weighing all places of the map with how near they are. */
  private static double oracle(ClassifiedCell cell, double x, double y, double cropUm) {
    ActivationMap map = cell.verdict().evidence().orElseThrow().map();
    Box box = cell.cell().bbox();
    int rows = map.values().length;
    int columns = map.values()[0].length;
    double place = cropUm / TestFrames.UM_PER_PX / columns;
    double left = box.x() + box.width() / 2.0 - place * columns / 2;
    double top = box.y() + box.height() / 2.0 - place * rows / 2;
    double sum = 0;
    double weights = 0;
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        double dx = Math.abs(left + (c + 0.5) * place - x) / place;
        double dy = Math.abs(top + (r + 0.5) * place - y) / place;
        double weight = Math.max(0, 1 - dx) * Math.max(0, 1 - dy);
        sum += weight * map.values()[r][c];
        weights += weight;
      }
    }
    return sum / weights;
  }
}
