package org.kronocyte.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * What a model pack says of itself: {@code manifest.json}, schema {@code kronocyte/model/1}. The
 * recipe in {@code models-quantized/training} writes it; {@code models-quantized/PACK.md} explains
 * every field.
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
    Map<String, PackedFile> files,
    List<Layer> layers,
    @JsonProperty("expanded_sha256") String expandedSha256,
    JsonNode training,
    JsonNode metrics) {
  /** The only schema this build reads. */
  public static final String SCHEMA = "kronocyte/model/1";

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
      @JsonProperty("white_balance") WhiteBalance whiteBalance) {}

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
      List<String> channels) {}

  /** How a field is cut for a segmenter, in pixels at the model's scale. */
  public record Tile(
      @JsonProperty("max_px") int maxPx,
      @JsonProperty("multiple_px") int multiplePx,
      @JsonProperty("overlap_px") int overlapPx) {}

  /** A file of the pack. */
  public record PackedFile(long bytes, String sha256) {}

  /** One array in {@code weights.bin}, little-endian. */
  public record Array(int offset, int[] shape) {
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
      Array bias) {}
}
