package org.kronocyte.classify;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.ModelPack;
import org.kronocyte.problem.ProblemException;

/**
 * From a network's logits to what they say of a cell: softmax at the pack's temperature, the
 * prediction set, unlikeness. Immutable.
 *
 * <p>A class is in the set if its probability reaches the class's own threshold, which validation
 * cells set so that the stated share of each class was covered: class-conditional split conformal
 * prediction [1]. The promise holds for cells like those, not for another laboratory's.
 *
 * <p>[1] Sadinle, Lei and Wasserman, Least Ambiguous Set-Valued Classifiers with Bounded Error
 * Levels, Journal of the American Statistical Association 114, 2019.
 */
final class Readings {
  private final List<CellClass> labels;
  private final double temperature;
  private final Optional<List<Double>> thresholds;
  private final Optional<Unlikeness> unlikeness;

  Readings(ModelPack pack, List<CellClass> labels) throws ProblemException {
    ModelManifest manifest = pack.manifest();
    this.labels = labels;
    this.temperature = manifest.temperature() == null ? 1 : manifest.temperature();
    this.thresholds =
        Optional.ofNullable(manifest.predictionSets())
            .map(ModelManifest.PredictionSets::thresholds);
    this.unlikeness = Unlikeness.of(pack);
  }

  /**
   * Reads one cell's outputs.
   *
   * @param logits real, {@code [K]}
   * @param embedding {@code [D]}, absent if the pack has no such output
   */
  CellReading of(double[] logits, Optional<ByteBuffer> embedding) {
    double[] tempered = Arrays.stream(logits).map(z -> z / temperature).toArray();
    Map<CellClass, Double> probabilities = softmax(tempered);
    OptionalDouble score = OptionalDouble.empty();
    boolean unknown = false;
    if (unlikeness.isPresent() && embedding.isPresent()) {
      double found = unlikeness.get().score(bytes(embedding.get()), tempered);
      score = OptionalDouble.of(found);
      unknown = unlikeness.get().unknown(found);
    }
    return new CellReading(
        probabilities, thresholds.map(t -> possible(probabilities, t)), score, unknown);
  }

  private static double[] bytes(ByteBuffer values) {
    double[] out = new double[values.capacity()];
    for (int i = 0; i < out.length; i++) {
      out[i] = values.get(i) & 0xff;
    }
    return out;
  }

  private Map<CellClass, Double> softmax(double[] logits) {
    double highest = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      highest = Math.max(highest, logit);
    }
    double[] weight = new double[logits.length];
    double sum = 0;
    for (int k = 0; k < weight.length; k++) {
      weight[k] = Math.exp(logits[k] - highest);
      sum += weight[k];
    }
    Map<CellClass, Double> out = new EnumMap<>(CellClass.class);
    for (int k = 0; k < weight.length; k++) {
      out.put(labels.get(k), weight[k] / sum);
    }
    return out;
  }

  private List<CellClass> possible(Map<CellClass, Double> probabilities, List<Double> least) {
    List<CellClass> out = new ArrayList<>();
    for (int k = 0; k < labels.size(); k++) {
      if (probabilities.get(labels.get(k)) >= least.get(k)) {
        out.add(labels.get(k));
      }
    }
    return List.copyOf(out);
  }
}
