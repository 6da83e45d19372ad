package org.kronocyte.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a cell's embedding is compared with: the numbers of {@code reference.bin}. Immutable; the
 * arrays must not be changed.
 *
 * @param likeness what training embeddings are like, if the pack says it
 * @param exemplars labelled cells, empty if the pack has none
 */
public record ReferenceVectors(Optional<Likeness> likeness, List<Vector> exemplars) {
  /** For a pack without {@code reference.bin}. */
  static final ReferenceVectors NONE = new ReferenceVectors(Optional.empty(), List.of());

  /**
   * The space training embeddings fill.
   *
   * @param mean {@code [D]}
   * @param basis {@code [J,D]}, orthonormal but for rounding
   */
  public record Likeness(double[] mean, double[][] basis) {}

  /**
   * One labelled cell's embedding.
   *
   * @param cell what it is
   * @param embedding {@code [D]}, bytes 0 to 255
   */
  public record Vector(ModelManifest.Exemplar cell, double[] embedding) {}

  /**
   * @throws IllegalArgumentException if an array lies outside the file or a number is not finite
   */
  static ReferenceVectors of(ModelManifest manifest, byte[] file) {
    ByteBuffer data = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    return new ReferenceVectors(
        Optional.ofNullable(manifest.unlikeness()).map(u -> likeness(u, data)),
        manifest.exemplars() == null ? List.of() : exemplars(manifest.exemplars(), data));
  }

  private static Likeness likeness(ModelManifest.Unlikeness unlikeness, ByteBuffer data) {
    double[] scale = floats(unlikeness.basisScale(), data);
    double[] mean = floats(unlikeness.mean(), data);
    double[][] basis = new double[scale.length][mean.length];
    int at = within(unlikeness.basis(), 1, data);
    for (int j = 0; j < scale.length; j++) {
      for (int d = 0; d < mean.length; d++) {
        basis[j][d] = data.get(at++) * scale[j];
      }
    }
    return new Likeness(mean, basis);
  }

  private static List<Vector> exemplars(ModelManifest.Exemplars exemplars, ByteBuffer data) {
    int at = within(exemplars.vectors(), 1, data);
    int width = exemplars.vectors().shape()[1];
    Vector[] out = new Vector[exemplars.cells().size()];
    for (int e = 0; e < out.length; e++) {
      double[] embedding = new double[width];
      for (int d = 0; d < width; d++) {
        embedding[d] = data.get(at++) & 0xff;
      }
      out[e] = new Vector(exemplars.cells().get(e), embedding);
    }
    return List.of(out);
  }

  private static double[] floats(ModelManifest.Array array, ByteBuffer data) {
    int at = within(array, Float.BYTES, data);
    double[] out = new double[array.elements()];
    for (int i = 0; i < out.length; i++) {
      out[i] = data.getFloat(at + i * Float.BYTES);
    }
    if (!Arrays.stream(out).allMatch(Double::isFinite)) {
      throw new IllegalArgumentException("a number is not finite");
    }
    return out;
  }

  private static int within(ModelManifest.Array array, int elementBytes, ByteBuffer data) {
    if (array.dtype() != null) {
      throw new IllegalArgumentException(
          "an array's numbers are written as '" + array.dtype() + "', not as bytes or floats");
    }
    if (array.offset() + (long) array.elements() * elementBytes > data.capacity()) {
      throw new IllegalArgumentException("an array ends behind the file");
    }
    return array.offset();
  }
}
