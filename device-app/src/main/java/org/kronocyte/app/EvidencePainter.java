package org.kronocyte.app;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.kronocyte.classify.ActivationMap;
import org.kronocyte.classify.ClassifiedCell;
import org.kronocyte.classify.Evidence;
import org.kronocyte.image.Box;
import org.kronocyte.image.Frame;
import org.kronocyte.image.PixelArena;
import org.kronocyte.image.Scale;
import org.kronocyte.segment.Segmentation;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Point;
import org.opencv.core.Scalar;
import org.opencv.imgproc.Imgproc;

/**
 * Draws where in each cell the evidence for its label lies: the field in grey, each cell tinted by
 * its activation map from dark blue (nothing, or evidence against) to yellow (the most in this
 * field), with label, probability and logit beside it, and a scale below the field.
 *
 * <p>The colours are cividis [1], which rises evenly in brightness and is seen alike by people who
 * don't tell red from green; in print without colour it stays readable.
 *
 * <p>[1] Nunez, Anderton, Renslow, Optimizing colormaps with consideration for color vision
 * deficiency, PLOS ONE 2018.
 */
final class EvidencePainter {
  /** Height of the strip with the scale, pixels. */
  static final int STRIP_PX = 24;

  /** How much of a cell's pixel is tint; the rest is the field in grey. */
  static final double TINT = 0.6;

  private static final int BAR_PX = 96;

  private final double cropUm;

  /**
   * @param cropUm side of the square around a cell that its map covers, um
   */
  EvidencePainter(double cropUm) {
    this.cropUm = cropUm;
  }

  /**
   * Paints one field; cells without evidence stay grey.
   *
   * @param arena owns the result, 8-bit BGR, {@value #STRIP_PX} rows higher than the field
   */
  Mat paint(Frame frame, FieldReader.Reading reading, PixelArena arena) {
    List<ClassifiedCell> cells = reading.result().cells();
    double most = most(cells);
    byte[] colours = cividis(arena);
    int width = frame.width();
    Mat out = arena.mat(frame.height() + STRIP_PX, width, CvType.CV_8UC3);
    out.setTo(new Scalar(0, 0, 0));
    Mat field = arena.view(out, new Box(0, 0, width, frame.height()));
    grey(frame, arena).copyTo(field);
    for (ClassifiedCell cell : cells) {
      Optional<ActivationMap> map = cell.verdict().evidence().map(Evidence::map);
      if (map.isPresent()) {
        tint(cell, map.get(), most, reading, colours, field);
      }
    }
    for (ClassifiedCell cell : cells) {
      cell.verdict().evidence().ifPresent(e -> label(out, cell, e.map().mean()));
    }
    scale(out, frame.height(), most, colours);
    return out;
  }

  /** The most evidence in any place of any cell of a field, above 0. */
  static double most(List<ClassifiedCell> cells) {
    double most = 1e-9;
    for (ClassifiedCell cell : cells) {
      if (cell.verdict().evidence().isPresent()) {
        for (double[] row : cell.verdict().evidence().get().map().values()) {
          for (double value : row) {
            most = Math.max(most, value);
          }
        }
      }
    }
    return most;
  }

  /** {@code [256,3]} BGR, darkest first. */
  private static byte[] cividis(PixelArena arena) {
    byte[] steps = new byte[256];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = (byte) i;
    }
    Mat ramp = arena.mat(1, steps.length, CvType.CV_8UC1);
    ramp.put(0, 0, steps);
    Mat colours = arena.mat();
    Imgproc.applyColorMap(ramp, colours, Imgproc.COLORMAP_CIVIDIS);
    byte[] out = new byte[steps.length * 3];
    colours.get(0, 0, out);
    return out;
  }

  private static Mat grey(Frame frame, PixelArena arena) {
    Mat grey = arena.mat();
    Imgproc.cvtColor(frame.bgr(), grey, Imgproc.COLOR_BGR2GRAY);
    Mat three = arena.mat();
    Imgproc.cvtColor(grey, three, Imgproc.COLOR_GRAY2BGR);
    return three;
  }

  /** Row by row: all pixels of a large field would fill the heap. */
  private void tint(
      ClassifiedCell cell,
      ActivationMap map,
      double most,
      FieldReader.Reading reading,
      byte[] colours,
      Mat field) {
    Segmentation found = reading.segmentation();
    int width = reading.result().width();
    int height = reading.result().height();
    Box box = cell.cell().bbox();
    byte[] pixels = new byte[3 * box.width()];
    for (int y = box.y(); y < box.y() + box.height(); y++) {
      field.get(y, box.x(), pixels);
      for (int x = box.x(); x < box.x() + box.width(); x++) {
        int column = (int) ((x + 0.5) * found.width() / width);
        int row = (int) ((y + 0.5) * found.height() / height);
        if (found.labels()[row * found.width() + column] != cell.cell().id()) {
          continue;
        }
        double share =
            Math.max(0, at(map, cell, reading.result().scale(), x + 0.5, y + 0.5)) / most;
        int colour = 3 * (int) Math.round(255 * Math.min(1, share));
        int pixel = 3 * (x - box.x());
        for (int c = 0; c < 3; c++) {
          double mixed =
              TINT * (colours[colour + c] & 0xff) + (1 - TINT) * (pixels[pixel + c] & 0xff);
          pixels[pixel + c] = (byte) Math.round(mixed);
        }
      }
      field.put(y, box.x(), pixels);
    }
  }

  /**
   * A map's value at a point of the field, between its places bilinear.
   *
   * @param x field pixels
   */
  double at(ActivationMap map, ClassifiedCell cell, Scale scale, double x, double y) {
    Box box = cell.cell().bbox();
    double side = cropUm / scale.umPerPx();
    double[][] values = map.values();
    double column = ((x - box.x() - box.width() / 2.0) / side + 0.5) * values[0].length - 0.5;
    double row = ((y - box.y() - box.height() / 2.0) / side + 0.5) * values.length - 0.5;
    double c = Math.max(0, Math.min(values[0].length - 1, column));
    double r = Math.max(0, Math.min(values.length - 1, row));
    int c0 = (int) c;
    int r0 = (int) r;
    int c1 = Math.min(c0 + 1, values[0].length - 1);
    int r1 = Math.min(r0 + 1, values.length - 1);
    double top = values[r0][c0] + (c - c0) * (values[r0][c1] - values[r0][c0]);
    double bottom = values[r1][c0] + (c - c0) * (values[r1][c1] - values[r1][c0]);
    return top + (r - r0) * (bottom - top);
  }

  private static void label(Mat out, ClassifiedCell cell, double logit) {
    Box box = cell.cell().bbox();
    String text =
        String.format(
            Locale.ROOT,
            "%s %.2f (%.1f)",
            cell.verdict().label(),
            cell.verdict().probability(),
            logit);
    OverlayPainter.write(out, text, new Point(box.x() + 2.0, Math.max(12.0, box.y() - 3.0)));
  }

  private static void scale(Mat out, int top, double most, byte[] colours) {
    byte[] row = new byte[3 * Math.min(BAR_PX, out.cols())];
    for (int x = 0; x < row.length / 3; x++) {
      System.arraycopy(colours, 3 * (x * 255 / (BAR_PX - 1)), row, 3 * x, 3);
    }
    for (int y = top + 4; y < top + STRIP_PX - 4; y++) {
      out.put(y, 0, row);
    }
    String text = String.format(Locale.ROOT, "0 to %.1f logit", most);
    OverlayPainter.write(out, text, new Point(BAR_PX + 6.0, top + STRIP_PX - 8.0));
  }
}
