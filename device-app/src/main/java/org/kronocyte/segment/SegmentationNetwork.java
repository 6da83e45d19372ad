package org.kronocyte.segment;

import java.nio.ByteBuffer;
import java.util.List;
import org.kronocyte.image.Box;
import org.kronocyte.image.PixelArena;
import org.kronocyte.infer.Engine;
import org.kronocyte.infer.Tensor;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.problem.ProblemException;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Scalar;

/**
 * Runs a segmentation model over a field in tiles. Native memory is one tile in and one out,
 * whatever the field's size. One thread.
 */
final class SegmentationNetwork implements PixelPredictor {
  private final Engine engine;
  private final ModelManifest.Tile tile;
  private final ModelManifest.Output distance;
  private final String inputName;
  private final ByteBuffer input;
  private final ByteBuffer classesOut;
  private final ByteBuffer distanceOut;

  SegmentationNetwork(Engine engine, ModelManifest manifest) {
    this.engine = engine;
    this.tile = manifest.tile();
    this.inputName = manifest.input().name();
    this.distance =
        manifest.outputs().stream()
            .filter(o -> o.name().equals("distance"))
            .findFirst()
            .orElseThrow();
    int pixels = tile.maxPx() * tile.maxPx();
    int outPixels = pixels / (Prediction.STRIDE * Prediction.STRIDE);
    this.input = ByteBuffer.allocateDirect(pixels * 3);
    this.classesOut = ByteBuffer.allocateDirect(outPixels * Prediction.CLASSES);
    this.distanceOut = ByteBuffer.allocateDirect(outPixels);
  }

  @Override
  public Prediction predict(Mat field) throws ProblemException {
    int width = (field.cols() + 1) / Prediction.STRIDE;
    int height = (field.rows() + 1) / Prediction.STRIDE;
    byte[] classes = new byte[width * height * Prediction.CLASSES];
    byte[] distances = new byte[width * height];
    List<TilePlan.Span> rows =
        TilePlan.cut(field.rows(), tile.maxPx(), tile.multiplePx(), tile.overlapPx());
    List<TilePlan.Span> columns =
        TilePlan.cut(field.cols(), tile.maxPx(), tile.multiplePx(), tile.overlapPx());
    for (TilePlan.Span y : rows) {
      for (TilePlan.Span x : columns) {
        run(field, x, y);
        keep(classesOut, Prediction.CLASSES, x, y, classes, width);
        keep(distanceOut, 1, x, y, distances, width);
      }
    }
    return new Prediction(width, height, classes, distances, distance.scale());
  }

  private void run(Mat field, TilePlan.Span x, TilePlan.Span y) throws ProblemException {
    try (PixelArena arena = new PixelArena()) {
      Mat target = arena.over(input, y.size(), x.size(), CvType.CV_8UC3);
      int width = Math.min(x.size(), field.cols() - x.start());
      int height = Math.min(y.size(), field.rows() - y.start());
      if (width < x.size() || height < y.size()) {
        // Beyond the field there is clear glass.
        arena.adopt(target.setTo(new Scalar(0, 0, 0)));
      }
      arena
          .view(field, new Box(x.start(), y.start(), width, height))
          .copyTo(arena.view(target, new Box(0, 0, width, height)));
    }
    long h = y.size() / Prediction.STRIDE;
    long w = x.size() / Prediction.STRIDE;
    engine.run(
        new Tensor(inputName, input, 1, y.size(), x.size(), 3),
        List.of(
            new Tensor("classes", classesOut, 1, h, w, Prediction.CLASSES),
            new Tensor("distance", distanceOut, 1, h, w, 1)));
  }

  /** Copies the kept part of a tile's output into the field's. */
  private static void keep(
      ByteBuffer from, int channels, TilePlan.Span x, TilePlan.Span y, byte[] to, int toWidth) {
    int tileWidth = x.size() / Prediction.STRIDE;
    int left = x.keepFrom() / Prediction.STRIDE;
    int right = (x.keepTo() + 1) / Prediction.STRIDE;
    int bottom = (y.keepTo() + 1) / Prediction.STRIDE;
    for (int v = y.keepFrom() / Prediction.STRIDE; v < bottom; v++) {
      int row = v - y.start() / Prediction.STRIDE;
      int column = left - x.start() / Prediction.STRIDE;
      from.get(
          (row * tileWidth + column) * channels,
          to,
          (v * toWidth + left) * channels,
          (right - left) * channels);
    }
  }
}
