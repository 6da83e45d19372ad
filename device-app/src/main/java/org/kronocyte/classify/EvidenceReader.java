package org.kronocyte.classify;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.kronocyte.infer.Tensor;
import org.kronocyte.model.LayerWeights;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.ReferenceVectors;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.segment.SegmentedCell;

/** Makes the evidence for verdicts from what the network computed anyway. One thread. */
final class EvidenceReader {
  private static final int NEIGHBOURS = 3;

  private final ModelManifest.Output output;
  private final ByteBuffer features;
  private final int rows;
  private final int bytesEach;
  private final int width;
  private final List<CellClass> labels;
  private final LayerWeights head;
  private final List<ReferenceVectors.Vector> exemplars;

  /**
   * @param batch crops a call at most
   * @throws ProblemException {@code model_cannot_explain} if the pack has no features
   */
  EvidenceReader(ModelPack pack, List<CellClass> labels, int batch) throws ProblemException {
    ModelManifest manifest = pack.manifest();
    this.output = manifest.features();
    if (output == null || output.shape().size() != 4 || manifest.exemplars() == null) {
      throw new ProblemException(
          "model_cannot_explain",
          pack.id() + " has no feature map or no exemplars",
          "use a newer pack, or go without --evidence");
    }
    this.labels = labels;
    this.rows = Integer.parseInt(output.shape().get(1));
    this.width = Integer.parseInt(output.shape().get(3));
    this.bytesEach = rows * Integer.parseInt(output.shape().get(2)) * width;
    this.features = ByteBuffer.allocateDirect(batch * bytesEach);
    this.head = pack.weights().get(pack.weights().size() - 1);
    this.exemplars = pack.reference().exemplars();
    boolean fits = head.shape()[0] == labels.size() && head.shape()[1] == width;
    if (!fits || exemplars.stream().anyMatch(e -> CellClass.ofCode(e.cell().label()).isEmpty())) {
      throw new ProblemException(
          "model_cannot_explain",
          pack.id() + " has features that its last layer doesn't read, or an exemplar of no class",
          "update the program, or go without --evidence");
    }
  }

  /** Where the engine has to write the feature maps of a batch. */
  Tensor tensor(int count) {
    return new Tensor(output.name(), features, count, rows, bytesEach / rows / width, width);
  }

  /**
   * Explains one verdict of the batch that ran last.
   *
   * @param embedding {@code [D]} of the cell
   * @param cell its outline, if there is one
   */
  Evidence of(int index, CellClass label, ByteBuffer embedding, Optional<SegmentedCell> cell) {
    int k = labels.indexOf(label);
    double[] weights = new double[width];
    for (int d = 0; d < width; d++) {
      weights[d] = head.weight()[k * width + d] * (double) head.weightScale()[k];
    }
    ActivationMap map =
        ActivationMap.of(
            label,
            features.slice(index * bytesEach, bytesEach),
            rows,
            output.scale(),
            output.zeroPoint(),
            weights,
            head.bias()[k] * (double) head.biasScale()[k]);
    return new Evidence(map, nearest(embedding), cell.map(MorphologyWords::of).orElse(""));
  }

  private List<Evidence.Neighbour> nearest(ByteBuffer embedding) {
    double[] own = new double[width];
    for (int d = 0; d < width; d++) {
      own[d] = embedding.get(d) & 0xff;
    }
    return exemplars.stream()
        .map(
            e ->
                new Evidence.Neighbour(
                    CellClass.valueOf(e.cell().label()),
                    e.cell().image(),
                    cosine(own, e.embedding())))
        .sorted(Comparator.comparingDouble(Evidence.Neighbour::similarity).reversed())
        .limit(NEIGHBOURS)
        .toList();
  }

  /** 0 where one of them has no length. */
  static double cosine(double[] a, double[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int d = 0; d < a.length; d++) {
      ab += a[d] * b[d];
      aa += a[d] * a[d];
      bb += b[d] * b[d];
    }
    return aa == 0 || bb == 0 ? 0 : ab / Math.sqrt(aa * bb);
  }
}
