package org.kronocyte.segment;

import java.util.Arrays;
import org.kronocyte.image.PixelArena;
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Point;
import org.opencv.core.Scalar;
import org.opencv.core.Size;
import org.opencv.imgproc.Imgproc;

/**
 * Segmentation as before networks: nuclei are what Otsu's threshold [1] parts from the rest of the
 * stained pixels in the mean of red and green density, cytoplasm is what is stained enough near a
 * nucleus, morphology cleans up, and the distance to the cell's edge tells where to split it [2].
 * No weights; all lengths in um at a fixed scale.
 *
 * <p>Red is part of the mean because haemoglobin hardly absorbs red light, and the stains of nuclei
 * and cytoplasm do.
 *
 * <p>[1] Otsu, A threshold selection method from gray-level histograms, IEEE Trans. SMC 9, 1979.
 * [2] Vincent and Soille, Watersheds in digital spaces, IEEE Trans. PAMI 13, 1991.
 */
final class ClassicalPredictor implements PixelPredictor {
  /** The scale fields are read at; predictions have half as many pixels. */
  static final double UM_PER_PX = 0.25;

  private static final double UM_PER_PREDICTED_PX = UM_PER_PX * Prediction.STRIDE;

  /** Density (of 255) above which a pixel holds something: 0.1 OD. */
  private static final int STAINED = 17;

  /** With fewer stained pixels there is nothing to threshold: less than one small cell. */
  private static final int MIN_STAINED_PX = 80;

  private static final double MIN_NUCLEUS_UM2 = 10;
  private static final double CYTOPLASM_REACH_UM = 3;

  /** Cytoplasm has at least this share of the density of the field's nuclei. */
  private static final double CYTOPLASM_SHARE = 0.2;

  private static final double SMOOTHING_UM = 0.25;
  private static final int OPENING_PX = 3;
  private static final int CLOSING_PX = 5;

  /** Evidence for cytoplasm; the other classes are above or below it by density steps. */
  private static final int NEUTRAL = 128;

  /** Evidence for what morphology decided against the threshold. */
  private static final int OVERRULED = 24;

  /** The distance to the edge that reads as 1, as a white cell's middle does: a radius of 5 um. */
  private static final double FULL_DISTANCE_UM = 5;

  private static final double DISTANCE_SCALE = 2.0 / 255;

  @Override
  public Prediction predict(Mat field) {
    int width = (field.cols() + 1) / Prediction.STRIDE;
    int height = (field.rows() + 1) / Prediction.STRIDE;
    try (PixelArena arena = new PixelArena()) {
      Mat stain = stain(arena, field, width, height);
      byte[] density = bytes(stain);
      int nucleusFrom = otsuOfStained(arena, density);
      Mat nuclei = nuclei(arena, stain, nucleusFrom);
      double usual = Core.mean(stain, nuclei).val[0];
      int cellFrom = (int) Math.max(STAINED, Math.rint(CYTOPLASM_SHARE * usual));
      Mat cells = cells(arena, stain, nuclei, cellFrom);
      return new Prediction(
          width,
          height,
          evidence(density, bytes(nuclei), bytes(cells), nucleusFrom, cellFrom),
          distance(arena, cells),
          DISTANCE_SCALE);
    }
  }

  /** The mean of red and green density, smoothed, at the prediction's size. */
  private static Mat stain(PixelArena arena, Mat field, int width, int height) {
    Mat half = arena.mat();
    Imgproc.resize(field, half, new Size(width, height), 0, 0, Imgproc.INTER_AREA);
    Mat red = arena.mat();
    Core.extractChannel(half, red, 0);
    Mat mean = arena.mat();
    Core.extractChannel(half, mean, 1);
    Core.addWeighted(red, 0.5, mean, 0.5, 0, mean);
    double sigma = SMOOTHING_UM / UM_PER_PREDICTED_PX;
    Imgproc.GaussianBlur(mean, mean, new Size(0, 0), sigma);
    return mean;
  }

  private static byte[] bytes(Mat image) {
    byte[] out = new byte[(int) image.total()];
    image.get(0, 0, out);
    return out;
  }

  /** 255, which nothing exceeds, if hardly anything is stained. */
  private static int otsuOfStained(PixelArena arena, byte[] density) {
    byte[] stained = new byte[density.length];
    int count = 0;
    for (byte d : density) {
      if ((d & 0xff) > STAINED) {
        stained[count++] = d;
      }
    }
    if (count < MIN_STAINED_PX) {
      return 255;
    }
    Mat row = arena.mat(1, count, CvType.CV_8UC1);
    row.put(0, 0, Arrays.copyOf(stained, count));
    return (int)
        Imgproc.threshold(row, arena.mat(), 0, 255, Imgproc.THRESH_BINARY | Imgproc.THRESH_OTSU);
  }

  private static Mat nuclei(PixelArena arena, Mat stain, int from) {
    Mat dense = arena.mat();
    Imgproc.threshold(stain, dense, from, 255, Imgproc.THRESH_BINARY);
    Imgproc.morphologyEx(dense, dense, Imgproc.MORPH_OPEN, disc(arena, OPENING_PX));
    return withoutSpecks(arena, dense);
  }

  private static Mat withoutSpecks(PixelArena arena, Mat mask) {
    Mat labels = arena.mat();
    Mat stats = arena.mat();
    int count = Imgproc.connectedComponentsWithStats(mask, labels, stats, arena.mat());
    int[] areas = new int[count * stats.cols()];
    stats.get(0, 0, areas);
    int[] of = new int[(int) labels.total()];
    labels.get(0, 0, of);
    byte[] out = new byte[of.length];
    double least = MIN_NUCLEUS_UM2 / (UM_PER_PREDICTED_PX * UM_PER_PREDICTED_PX);
    for (int i = 0; i < of.length; i++) {
      boolean keep = of[i] != 0 && areas[of[i] * stats.cols() + Imgproc.CC_STAT_AREA] >= least;
      out[i] = (byte) (keep ? 255 : 0);
    }
    Mat kept = arena.mat(mask.rows(), mask.cols(), CvType.CV_8UC1);
    kept.put(0, 0, out);
    return kept;
  }

  /** Nuclei with the stained pixels around them, holes filled. */
  private static Mat cells(PixelArena arena, Mat stain, Mat nuclei, int from) {
    Mat stained = arena.mat();
    Imgproc.threshold(stain, stained, from, 255, Imgproc.THRESH_BINARY);
    Mat reach = arena.mat();
    int reachPx = (int) Math.rint(CYTOPLASM_REACH_UM / UM_PER_PREDICTED_PX);
    Imgproc.dilate(nuclei, reach, disc(arena, 2 * reachPx + 1));
    Core.bitwise_and(stained, reach, stained);
    Core.bitwise_or(stained, nuclei, stained);
    Imgproc.morphologyEx(stained, stained, Imgproc.MORPH_OPEN, disc(arena, OPENING_PX));
    Core.bitwise_or(stained, nuclei, stained);
    Imgproc.morphologyEx(stained, stained, Imgproc.MORPH_CLOSE, disc(arena, CLOSING_PX));
    return filled(arena, stained);
  }

  /** What the outside can't be reached from is a hole. */
  private static Mat filled(PixelArena arena, Mat mask) {
    Mat framed = arena.mat();
    Core.copyMakeBorder(mask, framed, 1, 1, 1, 1, Core.BORDER_CONSTANT, new Scalar(0));
    Imgproc.floodFill(framed, arena.mat(), new Point(0, 0), new Scalar(128));
    Mat outside = arena.mat();
    Core.inRange(framed, new Scalar(128), new Scalar(128), outside);
    Core.bitwise_not(outside, outside);
    return arena.adopt(outside.submat(1, mask.rows() + 1, 1, mask.cols() + 1));
  }

  private static Mat disc(PixelArena arena, int sizePx) {
    return arena.adopt(
        Imgproc.getStructuringElement(Imgproc.MORPH_ELLIPSE, new Size(sizePx, sizePx)));
  }

  /**
   * Thresholds as evidence, so that outlines drawn from it follow the density between two pixels.
   */
  private static byte[] evidence(
      byte[] density, byte[] nuclei, byte[] cells, int nucleusFrom, int cellFrom) {
    byte[] out = new byte[density.length * Prediction.CLASSES];
    for (int i = 0; i < density.length; i++) {
      int d = density[i] & 0xff;
      int background = cellFrom - d;
      int nucleus = d - nucleusFrom;
      if (cells[i] == 0) {
        background = Math.max(background, OVERRULED);
        nucleus = Math.min(nucleus, -OVERRULED);
      } else {
        background = Math.min(background, -1);
        nucleus = nuclei[i] == 0 ? Math.min(nucleus, -1) : Math.max(nucleus, 1);
      }
      int at = i * Prediction.CLASSES;
      out[at] = clamped(NEUTRAL + background);
      out[at + 1] = (byte) NEUTRAL;
      out[at + 2] = clamped(NEUTRAL + nucleus);
    }
    return out;
  }

  private static byte clamped(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }

  private static byte[] distance(PixelArena arena, Mat cells) {
    Mat whole = arena.mat();
    cells.copyTo(whole);
    Mat far = arena.mat();
    Imgproc.distanceTransform(whole, far, Imgproc.DIST_L2, Imgproc.DIST_MASK_5);
    Mat out = arena.mat();
    far.convertTo(out, CvType.CV_8U, UM_PER_PREDICTED_PX / FULL_DISTANCE_UM / DISTANCE_SCALE);
    return bytes(out);
  }
}
