package org.kronocyte.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kronocyte.problem.ProblemException;

/**
 * How one site's stain and camera change a classifier, learnt from unlabelled cells: an affine
 * correction of every channel of every normalised layer, the size of its cells, or both. Schema
 * {@code kronocyte/site/1}. It belongs to one model's weights; deleting the file undoes it.
 *
 * @param created when, ISO 8601; only for people
 * @param model name of the pack it corrects
 * @param weightsSha256 of that pack's {@code weights.bin}; other weights refuse it
 * @param umPerPx of the images it was learnt from
 * @param images that gave cells
 * @param cells it was learnt from
 * @param mix share of each class among them, as the calibrated model sees it
 * @param confidenceBefore mean probability of the best class without correction
 * @param confidenceAfter the same with it
 * @param layers correction of each layer; empty if the stain is left as it is
 * @param stain mean density of the cells in red, green and blue, as the classifier's input has it;
 *     null in files of older versions
 * @param size how large this site shows its cells; null where that wasn't found
 */
public record SiteCalibration(
    String schema,
    String created,
    String model,
    @JsonProperty("weights_sha256") String weightsSha256,
    @JsonProperty("um_per_px") double umPerPx,
    int images,
    int cells,
    Map<String, Double> mix,
    @JsonProperty("confidence_before") double confidenceBefore,
    @JsonProperty("confidence_after") double confidenceAfter,
    Map<String, Correction> layers,
    @JsonInclude(JsonInclude.Include.NON_NULL) double[] stain,
    @JsonInclude(JsonInclude.Include.NON_NULL) CellSize size) {
  /** The only schema this build reads. */
  public static final String SCHEMA = "kronocyte/site/1";

  private static final int MAX_FILE_BYTES = 1 << 20;

  /** A correction beyond this is no stain; the calibration itself stays within a factor of 2. */
  private static final float MAX_GAIN = 4;

  private static final float MAX_SHIFT = 1000;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  public SiteCalibration {
    require(SCHEMA.equals(schema), "its schema is '" + schema + "', this program reads " + SCHEMA);
    require(created != null && model != null && weightsSha256 != null, "it doesn't name its model");
    require(mix != null && layers != null, "it lacks mix or layers");
    require(!layers.isEmpty() || size != null, "it corrects neither stain nor size");
    require(stain == null || stain.length == 3, "its stain is not of three colours");
    mix = new LinkedHashMap<>(mix);
    layers = new LinkedHashMap<>(layers);
  }

  /**
   * One layer's correction: {@code gain[o] * value + shift[o]}.
   *
   * @param gain {@code [O]}, above 0
   * @param shift {@code [O]}
   */
  public record Correction(float[] gain, float[] shift) {
    public Correction {
      require(
          gain != null && shift != null && gain.length == shift.length,
          "a layer's gain and shift differ in length");
      for (int o = 0; o < gain.length; o++) {
        require(gain[o] > 0 && gain[o] <= MAX_GAIN, "a gain is " + gain[o]);
        require(Math.abs(shift[o]) <= MAX_SHIFT, "a shift is " + shift[o]);
      }
    }
  }

  /**
   * The cells of nearly one size wherever they come from ({@link ModelManifest.SizeRuler}).
   *
   * @param cells that were measured
   * @param diameterUm their median diameter here
   * @param zoom every crop is magnified by this before it is read, so that they have the size that
   *     they had in training
   */
  public record CellSize(int cells, @JsonProperty("diameter_um") double diameterUm, double zoom) {
    /** A scale that is wrong by more should be mended, not corrected. */
    public static final double MAX_ZOOM = 1.5;

    public CellSize {
      require(cells > 0 && diameterUm > 0, "its size is of no cell");
      require(zoom >= 1 / MAX_ZOOM && zoom <= MAX_ZOOM, "its zoom is " + zoom);
    }
  }

  /** By how much crops are magnified; 1 for not at all. */
  public double zoom() {
    return size == null ? 1 : size.zoom();
  }

  /**
   * Names this calibration in results: when it was made, from how many cells, and the first twelve
   * digits of the SHA-256 of {@link #toJson}.
   */
  public String id() {
    String digest = HexFormat.of().formatHex(ModelPack.sha256().digest(toJson()));
    return created + ", " + cells + " cells, sha256 " + digest.substring(0, 12);
  }

  /**
   * A pack's weights with this correction folded in.
   *
   * @throws ProblemException {@code site_not_for_model} if it was learnt with other weights
   */
  List<LayerWeights> fold(ModelPack pack) throws ProblemException {
    Set<String> unknown = new HashSet<>(layers.keySet());
    boolean fits = weightsSha256.equals(pack.weightsSha256());
    for (LayerWeights layer : pack.weights()) {
      Correction correction = layers.get(layer.name());
      fits &= correction == null || correction.gain().length == layer.weightScale().length;
      unknown.remove(layer.name());
    }
    if (!fits || !unknown.isEmpty()) {
      throw new ProblemException(
          "site_not_for_model",
          "the site calibration of "
              + created
              + " was learnt with "
              + model
              + " (weights "
              + weightsSha256
              + "), not with "
              + pack.id()
              + " (weights "
              + pack.weightsSha256()
              + ")",
          "calibrate the site again with this model");
    }
    return pack.weights().stream()
        .map(
            layer -> {
              Correction c = layers.get(layer.name());
              return c == null ? layer : layer.corrected(c.gain(), c.shift());
            })
        .toList();
  }

  /** One tensor of a float form with this correction folded in; others come back as they are. */
  RealTensor fold(RealTensor tensor) {
    int dot = tensor.name().lastIndexOf('.');
    Correction c = layers.get(tensor.name().substring(0, dot));
    if (c == null) {
      return tensor;
    }
    float[] values = tensor.values().clone();
    int row = values.length / c.gain().length;
    switch (tensor.name().substring(dot + 1)) {
      case "kernel", "gain" -> {
        for (int i = 0; i < values.length; i++) {
          values[i] *= c.gain()[i / row];
        }
      }
      case "bias" -> {
        for (int o = 0; o < values.length; o++) {
          values[o] = values[o] * c.gain()[o] + c.shift()[o];
        }
      }
      default -> {
        return tensor; // factors: their layer's gain carries the correction
      }
    }
    return new RealTensor(tensor.name(), tensor.shape(), values);
  }

  /**
   * Reads a calibration.
   *
   * @throws ProblemException {@code site_unreadable} saying what is wrong with the file
   */
  public static SiteCalibration read(Path file) throws ProblemException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
      if (bytes.length > MAX_FILE_BYTES) {
        throw unreadable(file, "it is larger than " + MAX_FILE_BYTES + " bytes", null);
      }
      SiteCalibration site = JSON.readValue(bytes, SiteCalibration.class);
      if (site == null) {
        throw unreadable(file, "it is null", null);
      }
      return site;
    } catch (JsonProcessingException e) {
      throw unreadable(file, e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw unreadable(file, e.toString(), e);
    }
  }

  /** The file's bytes. */
  public byte[] toJson() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a calibration is plain data", e);
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  private static ProblemException unreadable(Path file, String why, Throwable cause) {
    return new ProblemException(
        "site_unreadable",
        "the site calibration " + file + " can't be read: " + why,
        "name a file that 'kronocyte calibrate' wrote, or calibrate again",
        cause);
  }
}
