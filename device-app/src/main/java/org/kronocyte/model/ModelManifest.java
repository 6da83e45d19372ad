package org.kronocyte.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a model pack says of itself: {@code manifest.json}, schema {@code kronocyte/model/1}. The
 * recipe in {@code models-quantized/training} writes it; {@code models-quantized/PACK.md} explains
 * every field.
 *
 * <p>A manifest that exists is whole: what a program reads of it is there and fits together.
 * Constructors throw {@link IllegalArgumentException} otherwise.
 */
public record ModelManifest(
    String schema,
    String name,
    Kind kind,
    String version,
    String created,
    String license,
    Input input,
    List<Output> outputs,
    List<String> labels,
    Double temperature,
    Tile tile,
    Surroundings surroundings,
    Map<String, PackedFile> files,
    List<Layer> layers,
    @JsonProperty("expanded_sha256") String expandedSha256,
    List<TflitePlace> tflite,
    GoldenCells golden,
    JsonNode training,
    JsonNode metrics) {
  /** The only schema this build reads. */
  public static final String SCHEMA = "kronocyte/model/1";

  /** Largest tile; a slip would otherwise ask for gigabytes. */
  private static final int MAX_TILE_PX = 2048;

  /** Model pixels a pixel of a segmenter's outputs, on each axis. */
  private static final int SEGMENTER_STRIDE = 2;

  public ModelManifest {
    require(
        SCHEMA.equals(schema),
        "its schema is '%s', this program reads %s".formatted(schema, SCHEMA));
    require(name != null && version != null, "it lacks name or version");
    require(kind != null && input != null, "it lacks kind or input");
    require(files != null && golden != null, "it lacks files or golden cells");
    tflite = filled("tflite", tflite);
    outputs = filled("outputs", outputs);
    layers = filled("layers", layers);
    if (kind == Kind.CLASSIFIER) {
      checkClassifier(input, outputs, filled("labels", labels), temperature);
    } else {
      checkSegmenter(outputs, tile);
    }
    require(
        layers.stream().map(Layer::name).distinct().count() == layers.size(),
        "two layers have one name");
  }

  private static void checkClassifier(
      Input input, List<Output> outputs, List<String> labels, Double temperature) {
    require(
        input.shape().size() == 4
            && input.shape().get(1).matches("[1-9][0-9]{0,3}")
            && input.shape().get(2).equals(input.shape().get(1)),
        "a classifier's input is [N, side, side, 3], not " + input.shape());
    require(new HashSet<>(labels).size() == labels.size(), "a label comes twice");
    require(
        outputs.get(0).shape().equals(List.of("N", String.valueOf(labels.size()))),
        "the output " + outputs.get(0).shape() + " doesn't fit " + labels.size() + " labels");
    require(
        temperature == null || (temperature > 0 && Double.isFinite(temperature)),
        "the temperature is " + temperature);
  }

  private static void checkSegmenter(List<Output> outputs, Tile tile) {
    require(tile != null, "a segmenter needs a tile");
    for (String wanted : List.of("classes", "distance")) {
      require(
          outputs.stream()
              .anyMatch(
                  o -> o.name().equals(wanted) && Objects.equals(o.stride(), SEGMENTER_STRIDE)),
          "a segmenter needs an output '" + wanted + "' at stride " + SEGMENTER_STRIDE);
    }
  }

  private static <T> List<T> filled(String what, List<T> list) {
    require(list != null && !list.isEmpty(), "it lacks " + what);
    require(list.stream().allMatch(Objects::nonNull), "an entry of " + what + " is null");
    return List.copyOf(list);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /** What a model is for. */
  public enum Kind {
    @JsonProperty("segmenter")
    SEGMENTER,
    @JsonProperty("classifier")
    CLASSIFIER
  }

  /**
   * The image a graph takes.
   *
   * @param layout {@code NHWC}
   * @param colourOrder {@code RGB}
   * @param umPerPx every image is resampled to this scale first
   * @param encoding how grey values become optical density
   * @param whiteBalance how the background is found
   */
  public record Input(
      String name,
      String dtype,
      String layout,
      List<String> shape,
      @JsonProperty("colour_order") String colourOrder,
      @JsonProperty("um_per_px") double umPerPx,
      Encoding encoding,
      @JsonProperty("white_balance") WhiteBalance whiteBalance) {
    public Input {
      require(name != null, "the input has no name");
      shape = filled("input.shape", shape);
      require(umPerPx > 0 && Double.isFinite(umPerPx), "input.um_per_px is " + umPerPx);
      require(encoding != null && whiteBalance != null, "input lacks encoding or white_balance");
    }
  }

  /** {@code round(255 * clamp(log10(I0 / I) / od_max, 0, 1))}. */
  public record Encoding(
      String type,
      @JsonProperty("log_base") double logBase,
      @JsonProperty("od_max") double odMax) {}

  /** I0 is this percentile of each channel's grey values. */
  public record WhiteBalance(String method, double percentile) {}

  /** One output: the real value is {@code (q - zero_point) * scale}. */
  public record Output(
      String name,
      String dtype,
      String layout,
      List<String> shape,
      double scale,
      @JsonProperty("zero_point") int zeroPoint,
      Integer stride,
      List<String> channels) {
    public Output {
      require(name != null, "an output has no name");
      shape = filled("output shape", shape);
      require(scale > 0 && Double.isFinite(scale), "output '" + name + "' has scale " + scale);
    }
  }

  /** How a field is cut for a segmenter, in pixels at the model's scale. */
  public record Tile(
      @JsonProperty("max_px") int maxPx,
      @JsonProperty("multiple_px") int multiplePx,
      @JsonProperty("overlap_px") int overlapPx) {
    public Tile {
      require(
          maxPx > 0
              && maxPx <= MAX_TILE_PX
              && multiplePx > 0
              && multiplePx % SEGMENTER_STRIDE == 0
              && maxPx % multiplePx == 0
              && overlapPx >= 0
              && overlapPx <= maxPx - multiplePx,
          "tiles of %d px in multiples of %d px can't overlap by %d px"
              .formatted(maxPx, multiplePx, overlapPx));
    }
  }

  /**
   * What a classifier wants of a cell's surroundings; a pack without it sees them.
   *
   * @param fadeMarginUm further than this from the cell everything is clear glass
   */
  public record Surroundings(@JsonProperty("fade_margin_um") double fadeMarginUm) {
    public Surroundings {
      require(
          fadeMarginUm >= 0 && fadeMarginUm <= 100,
          "surroundings.fade_margin_um is " + fadeMarginUm);
    }
  }

  /** A file of the pack. */
  public record PackedFile(long bytes, String sha256) {}

  /** One array in {@code weights.bin}, little-endian. */
  public record Array(int offset, int[] shape) {
    public Array {
      require(offset >= 0, "an array begins at byte " + offset);
      require(shape != null, "an array has no shape");
    }

    /** Number of elements, refusing shapes that no small network has. */
    public int elements() {
      long n = 1;
      for (int d : shape) {
        if (d < 1 || d > 65_536) {
          throw new IllegalArgumentException("array dimension " + d);
        }
        n *= d;
        if (n > 16_777_216) {
          throw new IllegalArgumentException("array of over 16 million elements");
        }
      }
      return (int) n;
    }
  }

  /**
   * One convolution's weights, dense ({@code weight}, {@code weight_scale}) or as Kronecker factors
   * ({@code a}, {@code b} with a scale a rank and row, optionally a {@code gain} an output
   * channel).
   *
   * @param shape {@code [O,I,kh,kw]}
   * @param inputScale activation scale of the layer's input; fixes the integer bias
   */
  public record Layer(
      String name,
      String kind,
      int[] shape,
      @JsonProperty("input_scale") float inputScale,
      Array weight,
      @JsonProperty("weight_scale") Array weightScale,
      Array a,
      @JsonProperty("a_scale") Array aScale,
      Array b,
      @JsonProperty("b_scale") Array bScale,
      Array gain,
      Array bias) {
    public Layer {
      require(name != null && kind != null, "a layer has no name or no kind");
      require(shape != null && shape.length == 4, "layer '" + name + "' has no shape [O,I,kh,kw]");
      require(
          inputScale > 0 && Float.isFinite(inputScale),
          "layer '" + name + "' has input_scale " + inputScale);
    }
  }
}
