package org.kronocyte.model;

import java.util.List;

/**
 * The tensors a manifest names: memory is taken by these numbers before any digest tells that a
 * pack is wrong. Throws {@link IllegalArgumentException}.
 */
final class TensorShapes {
  /** Of a classifier's square crops. */
  private static final int MAX_SIDE_PX = 512;

  private static final int MAX_CHANNELS = 4096;

  /** Bytes an image of a classifier's feature map. */
  private static final int MAX_FEATURES = 1 << 20;

  private static final int MAX_LAYERS = 256;

  /** Of all layers together, expanded; a small network has a tenth. */
  private static final int MAX_WEIGHTS = 8 << 20;

  private TensorShapes() {}

  /**
   * A classifier's.
   *
   * @param features null if there are none
   */
  static void checkClassifier(
      ModelManifest.Input input,
      List<ModelManifest.Output> outputs,
      List<String> labels,
      ModelManifest.Output features) {
    List<String> image = input.shape();
    String side = image.size() == 4 ? image.get(1) : "";
    require(
        number(side, MAX_SIDE_PX) && image.equals(List.of("N", side, side, "3")),
        "a classifier's input is [N, side, side, 3] of at most %d px a side, not %s"
            .formatted(MAX_SIDE_PX, image));
    require(
        outputs.get(0).shape().equals(List.of("N", String.valueOf(labels.size()))),
        "the output " + outputs.get(0).shape() + " doesn't fit " + labels.size() + " labels");
    require(outputs.size() <= 2, "a classifier has " + outputs.size() + " outputs");
    if (outputs.size() == 2) {
      List<String> shape = outputs.get(1).shape();
      require(
          shape.size() == 2 && shape.get(0).equals("N") && number(shape.get(1), MAX_CHANNELS),
          "the embedding has shape " + shape);
    }
    if (features != null) {
      checkFeatures(features.shape());
    }
  }

  private static void checkFeatures(List<String> shape) {
    require(
        shape.size() == 4
            && shape.get(0).equals("N")
            && number(shape.get(1), MAX_SIDE_PX)
            && number(shape.get(2), MAX_SIDE_PX)
            && number(shape.get(3), MAX_CHANNELS),
        "the features have shape " + shape);
    long bytes = shape.stream().skip(1).mapToLong(Long::parseLong).reduce(1, (a, b) -> a * b);
    require(bytes <= MAX_FEATURES, "the features have " + bytes + " bytes an image");
  }

  /** A segmenter's, whose outputs have half as many pixels on each axis. */
  static void checkSegmenter(ModelManifest.Input input, List<ModelManifest.Output> outputs) {
    require(
        input.shape().equals(List.of("N", "H", "W", "3")),
        "a segmenter's input is [N, H, W, 3], not " + input.shape());
    for (ModelManifest.Output output : outputs) {
      String channels =
          switch (output.name()) {
            case "classes" -> "3";
            case "distance" -> "1";
            default ->
                throw new IllegalArgumentException("a segmenter has an output " + output.name());
          };
      require(
          output.shape().equals(List.of("N", "H/2", "W/2", channels)),
          "the output '" + output.name() + "' has shape " + output.shape());
    }
    require(outputs.size() == 2, "a segmenter has " + outputs.size() + " outputs");
  }

  /** What is expanded on the heap. */
  static void checkLayers(List<ModelManifest.Layer> layers) {
    require(layers.size() <= MAX_LAYERS, "it has " + layers.size() + " layers");
    long weights =
        layers.stream().mapToLong(l -> new ModelManifest.Array(0, l.shape()).elements()).sum();
    require(
        weights <= MAX_WEIGHTS,
        "its layers have %d weights, this program takes %d".formatted(weights, MAX_WEIGHTS));
  }

  private static boolean number(String text, int most) {
    return text.matches("[1-9][0-9]{0,5}") && Integer.parseInt(text) <= most;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
