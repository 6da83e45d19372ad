package org.kronocyte.image;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Scalar;
import org.opencv.core.Size;
import org.opencv.imgproc.Imgproc;

/**
 * A white-balanced field as optical density: 8-bit RGB {@code [H,W,3]}, 0 where the glass is empty,
 * 255 at {@link #MAX_OD} and above. This is what every network reads.
 *
 * <p>Made from a frame it is a view: density is computed only at the places and the resolution
 * asked for, which costs a fifth of turning every pixel. Grey values are averaged first, as a
 * camera with larger pixels would, by halving as often as possible and one step below a factor of
 * two: bilinear where that skips little, else averaging.
 *
 * <p>Owns the native pixels it makes; whoever asks for one closes it. Not thread-safe.
 */
public final class OpticalDensity implements AutoCloseable {
  /** The optical density (base 10) that 255 stands for. */
  public static final double MAX_OD = 1.5;

  /** Up to here bilinear steps skip no pixel that matters, and cost a third of averaging. */
  private static final double MILD_SHRINK = 1.4;

  private static final Scalar CLEAR = new Scalar(0, 0, 0);

  private final PixelArena arena = new PixelArena();

  /** The picture at full, half, quarter … size; the first may be somebody else's. */
  private final List<Mat> levels = new ArrayList<>();

  private final DensityTable table;
  private final Optional<FieldStop> stop;
  private Mat full;
  private byte[] green;

  /**
   * Density that is there already.
   *
   * @param rgb CV_8UC3 in red, green, blue order; ownership passes to this object
   */
  public OpticalDensity(Mat rgb) {
    this(rgb, Optional.empty());
  }

  private OpticalDensity(Mat rgb, Optional<FieldStop> stop) {
    this.table = null;
    this.stop = stop;
    this.full = arena.adopt(checked(rgb));
    this.levels.add(full);
  }

  /**
   * The density of a frame, which stays the caller's and must outlive this view.
   *
   * @param table grey values to density
   */
  public OpticalDensity(Frame frame, DensityTable table) {
    this.table = table;
    this.stop = Optional.empty();
    this.levels.add(checked(frame.bgr()));
  }

  private static Mat checked(Mat image) {
    if (image.empty() || image.type() != CvType.CV_8UC3) {
      throw new IllegalArgumentException("optical density needs 8-bit colours, got " + image);
    }
    return image;
  }

  /** Red, green and blue density of every pixel; computed at the first call. Not to be modified. */
  public Mat rgb() {
    if (full == null) {
      full = arena.mat();
      toDensity(levels.get(0), full);
    }
    return full;
  }

  /** Green density of every pixel, {@code [H,W]}; copied at the first call. Not to be modified. */
  public byte[] green() {
    if (green == null) {
      try (PixelArena scratch = new PixelArena()) {
        Mat plane = scratch.mat();
        Core.extractChannel(rgb(), plane, 1);
        green = new byte[width() * height()];
        plane.get(0, 0, green);
      }
    }
    return green;
  }

  /** Whether the field is a round view with a black surround. */
  public boolean hasStop() {
    return stop.isPresent();
  }

  /** Whether a pixel shows the black surround of a round field of view, or lies at its rim. */
  public boolean hidden(int x, int y) {
    return stop.isPresent() && stop.get().hides(x, y);
  }

  /** First pixel of a row that the view shows; the width if there is none. */
  public int visibleFrom(int y) {
    return stop.isPresent() ? stop.get().from(y) : 0;
  }

  /** One past the last pixel of a row that the view shows; 0 if there is none. */
  public int visibleTo(int y) {
    return stop.isPresent() ? stop.get().to(y) : width();
  }

  public int width() {
    return levels.get(0).cols();
  }

  public int height() {
    return levels.get(0).rows();
  }

  /**
   * The same view in another number of pixels; the caller closes it. The black surround of a round
   * field of view is clear glass there.
   */
  public OpticalDensity resized(int width, int height) {
    Mat from = level(Math.max((double) width / width(), (double) height / height()));
    Mat out = new Mat();
    try (PixelArena scratch = new PixelArena()) {
      toDensity(sized(from, width, height, scratch), out);
    }
    return new OpticalDensity(out, table == null ? Optional.empty() : FieldStop.clear(out));
  }

  /**
   * Cuts a square of the field; beyond the field there is clear glass.
   *
   * @param centreX pixels of the field
   * @param centreY pixels of the field
   * @param side of the square, pixels of the field
   * @param wanted {@code [n,n]}, n being the resolution: 0 where clear glass will do
   * @param into native memory, filled with RGB {@code [n,n,3]}
   */
  public void crop(double centreX, double centreY, double side, byte[] wanted, ByteBuffer into) {
    int sidePx = (int) Math.rint(Math.sqrt(wanted.length));
    if (sidePx * sidePx != wanted.length || into.remaining() != 3 * wanted.length) {
      throw new IllegalArgumentException(
          "no square: " + wanted.length + " pixels into " + into.remaining() + " bytes");
    }
    Mat from = level(sidePx / side);
    double zoom = (double) from.cols() / width();
    int size = Math.max(1, (int) Math.rint(side * zoom));
    int left = (int) Math.rint(centreX * zoom - size / 2.0);
    // Halving rounds odd sizes up, each axis on its own.
    int top = (int) Math.rint(centreY * from.rows() / height() - size / 2.0);
    try (PixelArena scratch = new PixelArena()) {
      Mat target = scratch.over(into, sidePx, sidePx, CvType.CV_8UC3);
      scratch.adopt(target.setTo(CLEAR));
      Mat density = scratch.mat();
      Optional<Mat> square = square(from, left, top, size, scratch);
      if (square.isPresent()) {
        toDensity(sized(square.get(), sidePx, sidePx, scratch), density);
        Mat mask = scratch.mat(sidePx, sidePx, CvType.CV_8UC1);
        mask.put(0, 0, wanted);
        density.copyTo(target, mask);
      }
    }
  }

  /** Part of a picture, glass beyond its border; empty if nothing of it lies within. */
  private Optional<Mat> square(Mat from, int left, int top, int size, PixelArena scratch) {
    int x0 = Math.max(0, left);
    int y0 = Math.max(0, top);
    int x1 = Math.min(from.cols(), left + size);
    int y1 = Math.min(from.rows(), top + size);
    if (x1 <= x0 || y1 <= y0) {
      return Optional.empty();
    }
    Mat inside = scratch.view(from, new Box(x0, y0, x1 - x0, y1 - y0));
    if (x1 - x0 == size && y1 - y0 == size) {
      return Optional.of(inside);
    }
    Mat square = scratch.mat();
    Core.copyMakeBorder(
        inside,
        square,
        y0 - top,
        top + size - y1,
        x0 - left,
        left + size - x1,
        Core.BORDER_CONSTANT | Core.BORDER_ISOLATED,
        table == null ? CLEAR : table.glass());
    return Optional.of(square);
  }

  private static Mat sized(Mat from, int width, int height, PixelArena scratch) {
    if (from.cols() == width && from.rows() == height) {
      return from;
    }
    Mat sized = scratch.mat();
    // A classifier lives on texture: averaging keeps it as in training, bilinear steps would alias.
    boolean mild = from.cols() <= MILD_SHRINK * width && from.rows() <= MILD_SHRINK * height;
    int method = mild ? Imgproc.INTER_LINEAR : Imgproc.INTER_AREA;
    Imgproc.resize(from, sized, new Size(width, height), 0, 0, method);
    return sized;
  }

  /** The smallest level that is not smaller than the wanted zoom. */
  private Mat level(double zoom) {
    int wanted = 0;
    while (zoom * (2 << wanted) <= 1 && Math.min(width(), height()) >> (wanted + 1) > 0) {
      wanted++;
    }
    while (levels.size() <= wanted) {
      Mat last = levels.get(levels.size() - 1);
      Mat half = arena.mat();
      int columns = (last.cols() + 1) / 2;
      int rows = (last.rows() + 1) / 2;
      Size size = new Size(columns, rows);
      Imgproc.resize(last, half, size, 0, 0, Imgproc.INTER_AREA);
      levels.add(half);
    }
    return levels.get(wanted);
  }

  private void toDensity(Mat image, Mat rgb) {
    if (table == null) {
      image.copyTo(rgb);
    } else {
      table.apply(image, rgb);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
