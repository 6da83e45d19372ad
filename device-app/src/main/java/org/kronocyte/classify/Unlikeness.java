package org.kronocyte.classify;

import java.util.Optional;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.ReferenceVectors;
import org.kronocyte.problem.ProblemException;

/**
 * How little a cell is like those of training, from what the network computed anyway: the part of
 * its embedding that training cells don't have, by the root of the embedding's length, less the
 * evidence for any class. Virtual-logit matching [1] with a scale for each part, so that either can
 * show an unknown cell. The root: what shows little has a short embedding, which can't leave a long
 * part outside.
 *
 * <p>[1] Wang et al., ViM: Out-of-Distribution with Virtual-logit Matching, CVPR 2022.
 */
final class Unlikeness {
  private final ReferenceVectors.Likeness likeness;
  private final double relativeResidualScale;
  private final double evidenceScale;
  private final double threshold;

  Unlikeness(
      ReferenceVectors.Likeness likeness,
      double relativeResidualScale,
      double evidenceScale,
      double threshold) {
    this.likeness = likeness;
    this.relativeResidualScale = relativeResidualScale;
    this.evidenceScale = evidenceScale;
    this.threshold = threshold;
  }

  /** Of a pack that has it. */
  static Optional<Unlikeness> of(ModelPack pack) throws ProblemException {
    ModelManifest.Unlikeness u = pack.manifest().unlikeness();
    return pack.reference()
        .likeness()
        .map(l -> new Unlikeness(l, u.relativeResidualScale(), u.evidenceScale(), u.threshold()));
  }

  /**
   * The score; higher is less like training.
   *
   * @param embedding {@code [D]}, bytes 0 to 255
   * @param logits real, divided by the temperature
   */
  double score(double[] embedding, double[] logits) {
    double relativeResidual = residual(embedding) / Math.sqrt(Math.max(1, length(embedding)));
    return relativeResidual / relativeResidualScale - evidence(logits) / evidenceScale;
  }

  /** Whether a cell of that score is unknown. */
  boolean unknown(double score) {
    return score > threshold;
  }

  /** Length of what is left of the embedding without the directions training cells vary along. */
  private double residual(double[] embedding) {
    double[] mean = likeness.mean();
    double squares = 0;
    for (int d = 0; d < mean.length; d++) {
      squares += (embedding[d] - mean[d]) * (embedding[d] - mean[d]);
    }
    for (double[] direction : likeness.basis()) {
      double along = 0;
      for (int d = 0; d < mean.length; d++) {
        along += (embedding[d] - mean[d]) * direction[d];
      }
      squares -= along * along;
    }
    return Math.sqrt(Math.max(0, squares));
  }

  private static double length(double[] embedding) {
    double squares = 0;
    for (double value : embedding) {
      squares += value * value;
    }
    return Math.sqrt(squares);
  }

  /** {@code log sum exp}. */
  private static double evidence(double[] logits) {
    double highest = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      highest = Math.max(highest, logit);
    }
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit - highest);
    }
    return highest + Math.log(sum);
  }
}
