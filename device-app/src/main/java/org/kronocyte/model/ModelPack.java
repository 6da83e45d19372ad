package org.kronocyte.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kronocyte.problem.ProblemException;

/**
 * A verified model: graphs without weights, and the weights expanded from their factors. Immutable.
 *
 * @param folder where it was read from
 * @param manifest what it says of itself
 * @param graphs bytes of each form the pack has, without the layers' weights
 * @param weights int8 weights, one entry a layer, in graph order
 * @param packed {@code weights.bin}, of which the float forms are made
 * @param site the correction that the weights carry
 * @param original the same pack without it, present exactly if there is one
 */
public record ModelPack(
    Path folder,
    ModelManifest manifest,
    Map<Form, byte[]> graphs,
    List<LayerWeights> weights,
    byte[] packed,
    Optional<SiteCalibration> site,
    Optional<ModelPack> original) {
  private static final String CALIBRATION_GRAPH = "graph-calibration.onnx";
  private static final String REFERENCE = "reference.bin";
  private static final int MAX_FILE_BYTES = 16 << 20;
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .build();

  public ModelPack {
    weights = List.copyOf(weights);
    graphs = Collections.unmodifiableMap(new EnumMap<>(graphs));
  }

  /** A pack as it came, without a site's correction. */
  public ModelPack(
      Path folder,
      ModelManifest manifest,
      Map<Form, byte[]> graphs,
      List<LayerWeights> weights,
      byte[] packed) {
    this(folder, manifest, graphs, weights, packed, Optional.empty(), Optional.empty());
  }

  /**
   * Reads a pack and checks it: sizes, digests, the shapes of all factors, and that their expansion
   * makes the very bits the recipe made.
   *
   * @throws ProblemException saying which file of the pack is wrong and what was found
   */
  public static ModelPack load(Path folder) throws ProblemException {
    ModelManifest manifest = manifest(folder);
    Map<Form, byte[]> graphs = new EnumMap<>(Form.class);
    for (Form form : Form.values()) {
      if (form == Form.ONNX || manifest.files().containsKey(form.file())) {
        graphs.put(form, verified(folder, manifest, form.file()));
      }
    }
    byte[] packed = verified(folder, manifest, "weights.bin");
    List<LayerWeights> weights = expand(folder, manifest, packed);
    MessageDigest digest = sha256();
    weights.forEach(layer -> layer.digestInto(digest));
    String found = HexFormat.of().formatHex(digest.digest());
    if (!found.equals(manifest.expandedSha256())) {
      throw corrupt(
          folder,
          "the expanded weights have SHA-256 "
              + found
              + ", the manifest says "
              + manifest.expandedSha256(),
          null);
    }
    ModelPack pack = new ModelPack(folder, manifest, graphs, weights, packed);
    pack.reference(); // refused as a whole if it is damaged
    return pack;
  }

  private static List<LayerWeights> expand(Path folder, ModelManifest manifest, byte[] packed)
      throws ProblemException {
    WeightExpansion expansion = new WeightExpansion(packed);
    List<LayerWeights> weights = new ArrayList<>();
    for (ModelManifest.Layer layer : manifest.layers()) {
      try {
        weights.add(expansion.expand(layer));
      } catch (IllegalArgumentException | BufferUnderflowException e) {
        throw corrupt(
            folder, "layer '" + layer.name() + "' can't be expanded: " + e.getMessage(), e);
      }
    }
    return weights;
  }

  /**
   * What the initialisers of a float graph get.
   *
   * @param factored whether Kronecker layers stay in factors
   */
  public List<RealTensor> realWeights(boolean factored) {
    RealWeights real = new RealWeights(new WeightExpansion(packed));
    List<RealTensor> out = new ArrayList<>();
    for (ModelManifest.Layer layer : manifest.layers()) {
      out.addAll(real.of(layer, factored));
    }
    site.ifPresent(correction -> out.replaceAll(correction::fold));
    return out;
  }

  /** Name and version for logs and messages. */
  public String id() {
    return manifest.name() + " " + manifest.version();
  }

  /**
   * The same pack with a site's correction folded into its weights.
   *
   * @throws ProblemException if the correction belongs to another model
   */
  public ModelPack at(SiteCalibration site) throws ProblemException {
    ModelPack made = withoutSite();
    return new ModelPack(
        folder, manifest, graphs, site.fold(made), packed, Optional.of(site), Optional.of(made));
  }

  /** The pack as its maker measured it, without a site's correction; nothing is expanded anew. */
  public ModelPack withoutSite() {
    return original.orElse(this);
  }

  /**
   * ONNX bytes of the graph that learns a site's correction, read and checked anew.
   *
   * @throws ProblemException {@code model_cannot_calibrate} if the pack has none
   */
  public byte[] calibrationGraph() throws ProblemException {
    if (!manifest.files().containsKey(CALIBRATION_GRAPH)) {
      throw new ProblemException(
          "model_cannot_calibrate",
          id() + " has no " + CALIBRATION_GRAPH,
          "use a classifier pack that has one, or go without a site calibration");
    }
    return verified(folder, manifest, CALIBRATION_GRAPH);
  }

  /**
   * What embeddings are compared with, read and checked anew; nothing for a pack without it.
   *
   * @throws ProblemException if the file is not the one the manifest describes
   */
  public ReferenceVectors reference() throws ProblemException {
    if (manifest.unlikeness() == null && manifest.exemplars() == null) {
      return ReferenceVectors.NONE;
    }
    byte[] bytes = verified(folder, manifest, REFERENCE);
    try {
      return ReferenceVectors.of(manifest, bytes);
    } catch (IllegalArgumentException e) {
      throw corrupt(
          folder, REFERENCE + " doesn't hold what the manifest says: " + e.getMessage(), e);
    }
  }

  /**
   * Scale of the crops the model reads here: its own, changed where a site shows cells in another
   * size.
   */
  public double inputUmPerPx() {
    return manifest.input().umPerPx() / site.map(SiteCalibration::zoom).orElse(1.0);
  }

  /** Digest of the weights on the wire; names this model in results. */
  public String weightsSha256() {
    return manifest.files().get("weights.bin").sha256();
  }

  private static ModelManifest manifest(Path folder) throws ProblemException {
    return manifest(folder, read(folder, "manifest.json"));
  }

  /** The same from bytes of any origin. */
  static ModelManifest manifest(Path folder, byte[] bytes) throws ProblemException {
    Path file = folder.resolve("manifest.json");
    try {
      ModelManifest manifest = JSON.readValue(bytes, ModelManifest.class);
      if (manifest == null) {
        throw corrupt(folder, file + " is not a manifest: it is null", null);
      }
      return manifest;
    } catch (JsonProcessingException e) {
      throw corrupt(folder, file + " is not a manifest: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw corrupt(folder, file + " can't be parsed: " + e.getMessage(), e);
    }
  }

  private static byte[] verified(Path folder, ModelManifest manifest, String name)
      throws ProblemException {
    ModelManifest.PackedFile entry = manifest.files().get(name);
    if (entry == null) {
      throw corrupt(folder, "the manifest has no entry for " + name, null);
    }
    byte[] bytes = read(folder, name);
    String found = HexFormat.of().formatHex(sha256().digest(bytes));
    if (bytes.length != entry.bytes() || !found.equals(entry.sha256())) {
      throw corrupt(
          folder,
          name
              + " has "
              + bytes.length
              + " bytes and SHA-256 "
              + found
              + ", the manifest says "
              + entry.bytes()
              + " and "
              + entry.sha256(),
          null);
    }
    return bytes;
  }

  private static byte[] read(Path folder, String name) throws ProblemException {
    Path file = folder.resolve(name);
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
      if (bytes.length > MAX_FILE_BYTES) {
        throw corrupt(folder, name + " is larger than " + MAX_FILE_BYTES + " bytes", null);
      }
      return bytes;
    } catch (IOException e) {
      throw new ProblemException(
          "model_missing",
          "model file " + file + " can't be read (" + e + ")",
          "name the folder that holds the packs with --models DIR, or reinstall the program",
          e);
    }
  }

  private static ProblemException corrupt(Path folder, String what, Throwable cause) {
    return new ProblemException(
        "model_corrupt",
        "model pack " + folder + ": " + what,
        "copy the pack again; a pack that doesn't match its digests is never run",
        cause);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
