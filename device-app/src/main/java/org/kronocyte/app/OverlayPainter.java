package org.kronocyte.app;

import java.util.Locale;
import java.util.Map;
import org.kronocyte.classify.CellStatus;
import org.kronocyte.classify.ClassifiedCell;
import org.kronocyte.image.Box;
import org.kronocyte.image.Frame;
import org.kronocyte.image.PixelArena;
import org.kronocyte.segment.SecondLook;
import org.kronocyte.segment.Segmentation;
import org.opencv.core.Mat;
import org.opencv.core.Point;
import org.opencv.core.Scalar;
import org.opencv.imgproc.Imgproc;

/**
 * Draws what was found onto a copy of the field: cell outlines by status, nucleus outlines, and
 * labels; a magenta box around cells on which two engines differ, or that only the second one sees.
 */
final class OverlayPainter {
  private static final byte[] NUCLEUS_BGR = {(byte) 255, (byte) 200, 0};
  private static final Map<CellStatus, byte[]> CELL_BGR =
      Map.of(
          CellStatus.COUNTED, new byte[] {0, (byte) 200, 0},
          CellStatus.UNCERTAIN, new byte[] {0, (byte) 200, (byte) 255},
          CellStatus.REJECTED, new byte[] {0, 0, (byte) 230});

  private static final Scalar DISPUTED = new Scalar(255, 0, 255);

  private OverlayPainter() {}

  /**
   * Paints one field.
   *
   * @param mask at the field's resolution, 0 background, 1 cytoplasm, 2 nucleus
   * @param arena owns the result, 8-bit BGR
   */
  static Mat paint(Frame frame, FieldReader.Reading reading, byte[] mask, PixelArena arena) {
    Mat out = arena.mat();
    frame.bgr().copyTo(out);
    for (ClassifiedCell cell : reading.result().cells()) {
      outline(cell, mask, out);
    }
    reading
        .result()
        .secondOpinion()
        .ifPresent(o -> o.onlySecond().forEach(b -> box(out, b, DISPUTED)));
    for (ClassifiedCell cell : reading.result().cells()) {
      label(out, cell);
    }
    return out;
  }

  /** Row by row: all pixels of a large field would fill the heap. */
  private static void outline(ClassifiedCell cell, byte[] mask, Mat image) {
    int width = image.cols();
    int height = image.rows();
    Box box = cell.cell().bbox();
    byte[] row = new byte[3 * box.width()];
    byte[] colour = CELL_BGR.get(cell.verdict().status());
    for (int y = box.y(); y < box.y() + box.height(); y++) {
      image.get(y, box.x(), row);
      for (int x = box.x(); x < box.x() + box.width(); x++) {
        int at = y * width + x;
        byte here = mask[at];
        byte right = x + 1 < width ? mask[at + 1] : here;
        byte below = y + 1 < height ? mask[at + width] : here;
        if (here == right && here == below) {
          continue;
        }
        boolean cellEdge = isCell(here) != isCell(right) || isCell(here) != isCell(below);
        System.arraycopy(cellEdge ? colour : NUCLEUS_BGR, 0, row, (x - box.x()) * 3, 3);
      }
      image.put(y, box.x(), row);
    }
  }

  private static boolean isCell(byte value) {
    return value != Segmentation.BACKGROUND;
  }

  private static void box(Mat image, Box box, Scalar colour) {
    Imgproc.rectangle(
        image,
        new Point(box.x(), box.y()),
        new Point(box.x() + box.width() - 1.0, box.y() + box.height() - 1.0),
        colour,
        1);
  }

  private static void label(Mat image, ClassifiedCell cell) {
    Box box = cell.cell().bbox();
    byte[] bgr = CELL_BGR.get(cell.verdict().status());
    Scalar colour = new Scalar(bgr[0] & 0xff, bgr[1] & 0xff, bgr[2] & 0xff);
    boolean disputed = cell.cell().secondLook().filter(l -> l != SecondLook.AGREES).isPresent();
    box(image, box, disputed ? DISPUTED : colour);
    String text =
        String.format(Locale.ROOT, "%s %.2f", cell.verdict().label(), cell.verdict().probability());
    write(image, text, new Point(box.x() + 2.0, box.y() + 12.0));
  }

  /** White on black, so that it is read on any ground. */
  static void write(Mat image, String text, Point at) {
    Imgproc.putText(image, text, at, Imgproc.FONT_HERSHEY_SIMPLEX, 0.42, new Scalar(0, 0, 0), 3);
    Imgproc.putText(
        image, text, at, Imgproc.FONT_HERSHEY_SIMPLEX, 0.42, new Scalar(255, 255, 255), 1);
  }
}
