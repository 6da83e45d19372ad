package org.kronocyte.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
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
    SizeRuler ruler,
    Views views,
    Output features,
    @JsonProperty("prediction_sets") PredictionSets predictionSets,
    Unlikeness unlikeness,
    Exemplars exemplars,
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
      checkClassifier(filled("labels", labels), temperature);
      TensorShapes.checkClassifier(input, outputs, labels, features);
      require(
          ruler == null || labels.containsAll(ruler.labels()),
          "ruler names a class that labels doesn't");
      checkReliability(outputs, labels, predictionSets, unlikeness, exemplars);
    } else {
      checkSegmenter(outputs, tile);
      TensorShapes.checkSegmenter(input, outputs);
    }
    TensorShapes.checkLayers(layers);
    require(
        layers.stream().map(Layer::name).distinct().count() == layers.size(),
        "two layers have one name");
  }

  private static void checkClassifier(List<String> labels, Double temperature) {
    require(new HashSet<>(labels).size() == labels.size(), "a label comes twice");
    require(
        temperature == null || (temperature > 0 && Double.isFinite(temperature)),
        "the temperature is " + temperature);
  }

  private static void checkReliability(
      List<Output> outputs,
      List<String> labels,
      PredictionSets sets,
      Unlikeness unlikeness,
      Exemplars exemplars) {
    require(
        sets == null || sets.thresholds().size() == labels.size(),
        "prediction_sets has not one threshold a label");
    if (unlikeness == null && exemplars == null) {
      return;
    }
    require(outputs.size() == 2, "unlikeness and exemplars need an output 'embedding'");
    int width = Integer.parseInt(outputs.get(1).shape().get(1));
    require(unlikeness == null || unlikeness.fits(width), "unlikeness doesn't fit the embedding");
    require(exemplars == null || exemplars.fits(width), "exemplars don't fit the embedding");
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

  /**
   * Cells of nearly one size wherever they come from: they tell how large a site shows its cells.
   *
   * @param labels of these cells
   * @param diameterUm median diameter of the disc of a cell's area among the training cells
   */
  public record SizeRuler(List<String> labels, @JsonProperty("diameter_um") double diameterUm) {
    public SizeRuler {
      labels = filled("ruler.labels", labels);
      require(diameterUm > 0 && diameterUm <= 100, "ruler.diameter_um is " + diameterUm);
    }
  }

  /**
   * Which cells a classifier is asked about more than once, each time laid otherwise: mirrored,
   * upside down, transposed. Their logits are the mean of all.
   *
   * @param atMost looks at one cell, the first counted in
   * @param leadBelow a cell is looked at again while the highest of its logits leads the next by
   *     less
   */
  public record Views(
      @JsonProperty("at_most") int atMost, @JsonProperty("lead_below") double leadBelow) {
    public Views {
      require(atMost >= 2 && atMost <= 8, "views.at_most is " + atMost + ", not 2 to 8");
      require(leadBelow > 0 && leadBelow <= 100, "views.lead_below is " + leadBelow);
    }
  }

  /**
   * Which classes a cell may be of: those whose probability reaches their threshold.
   *
   * @param coverage share of the cells of each class whose set was to hold that class
   * @param thresholds least probability of each label, in their order
   */
  public record PredictionSets(double coverage, List<Double> thresholds) {
    public PredictionSets {
      require(coverage > 0 && coverage < 1, "prediction_sets.coverage is " + coverage);
      thresholds = filled("prediction_sets.thresholds", thresholds);
      require(
          thresholds.stream().allMatch(t -> t >= 0 && t <= 1),
          "a threshold of prediction_sets is no probability");
    }
  }

  /**
   * How to tell a cell that is like none of training; the arrays are in {@code reference.bin}.
   *
   * @param mean float32 {@code [D]} of training embeddings, in bytes
   * @param basis int8 {@code [J,D]}, directions training embeddings vary along
   * @param basisScale float32 {@code [J]}
   * @param relativeResidualScale divides what of an embedding lies outside the basis, by the root
   *     of the embedding's length
   * @param evidenceScale divides {@code log sum exp(logits / temperature)}
   * @param threshold a cell above it is unknown
   */
  public record Unlikeness(
      Array mean,
      Array basis,
      @JsonProperty("basis_scale") Array basisScale,
      @JsonProperty("relative_residual_scale") Double relativeResidualScale,
      @JsonProperty("evidence_scale") double evidenceScale,
      double threshold) {
    public Unlikeness {
      require(mean != null && basis != null && basisScale != null, "unlikeness lacks an array");
      require(
          relativeResidualScale != null,
          "unlikeness lacks relative_residual_scale, as packs for older programs do; use the"
              + " pack that came with this program");
      require(
          relativeResidualScale > 0
              && evidenceScale > 0
              && Double.isFinite(relativeResidualScale)
              && Double.isFinite(evidenceScale)
              && Double.isFinite(threshold),
          "unlikeness has relative_residual_scale %s and evidence_scale %s (above 0), threshold %s"
              .formatted(relativeResidualScale, evidenceScale, threshold));
    }

    boolean fits(int width) {
      return Arrays.equals(mean.shape(), new int[] {width})
          && basisScale.shape().length == 1
          && Arrays.equals(basis.shape(), new int[] {basisScale.shape()[0], width});
    }
  }

  /**
   * Labelled cells to compare with, as embeddings in {@code reference.bin}.
   *
   * @param vectors uint8 {@code [E,D]}, bytes of the output {@code embedding}
   * @param cells what each of them is
   */
  public record Exemplars(Array vectors, List<Exemplar> cells) {
    public Exemplars {
      require(vectors != null, "exemplars lack their vectors");
      cells = filled("exemplars.cells", cells);
    }

    boolean fits(int width) {
      return Arrays.equals(vectors.shape(), new int[] {cells.size(), width});
    }
  }

  /**
   * One labelled cell.
   *
   * @param image its path in the set that {@code training} names; the pack has no pixels of it
   */
  public record Exemplar(String label, String image) {
    public Exemplar {
      require(label != null && image != null, "an exemplar lacks label or image");
    }
  }

  /** A file of the pack. */
  public record PackedFile(long bytes, String sha256) {}

  /**
   * One array in {@code weights.bin} or {@code reference.bin}, little-endian.
   *
   * @param dtype in {@code weights.bin} {@code int4} where whole numbers are written two to a byte,
   *     the first in its lower half, or {@code bfloat16} where real ones are written as the upper
   *     half of a float; null for whole bytes and floats
   */
  public record Array(int offset, int[] shape, String dtype) {
    public Array {
      require(offset >= 0, "an array begins at byte " + offset);
      require(shape != null, "an array has no shape");
    }

    /** Whole bytes or floats. */
    Array(int offset, int[] shape) {
      this(offset, shape, null);
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
