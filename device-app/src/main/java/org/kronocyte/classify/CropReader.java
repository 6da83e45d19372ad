package org.kronocyte.classify;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kronocyte.image.PixelArena;
import org.kronocyte.infer.Engine;
import org.kronocyte.infer.Tensor;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.ModelPack;
import org.kronocyte.problem.ProblemException;
import org.opencv.core.CvType;
import org.opencv.core.Mat;

/**
 * Asks the network about a batch of crops, and about those it is undecided on again, laid
 * otherwise: a cell has no left, right, top or bottom, so that the mean of all answers is the
 * better guess where they differ. What is undecided and how often to ask is the pack's word; one
 * without it is asked once.
 *
 * <p>Native memory is what two batches take. One thread; the engine stays the caller's.
 */
final class CropReader {
  private final Engine engine;
  private final String inputName;
  private final int sidePx;
  private final int cropBytes;
  private final ModelManifest.Output output;
  private final int classes;
  private final ByteBuffer logits;
  private final Optional<EmbeddingOutput> embedding;
  private final Optional<Again> again;
  private double[][] real = {};

  /** The second output of a pack that has one. */
  private record EmbeddingOutput(String name, int width, ByteBuffer bytes) {
    Tensor tensor(int count) {
      return new Tensor(name, bytes, count, width);
    }
  }

  /** For all looks but the first. */
  private record Again(ModelManifest.Views views, ByteBuffer crops, ByteBuffer logits) {}

  /**
   * @param batch crops a call at most
   */
  CropReader(ModelPack pack, Engine engine, int batch) {
    ModelManifest manifest = pack.manifest();
    this.engine = engine;
    this.inputName = manifest.input().name();
    this.sidePx = Integer.parseInt(manifest.input().shape().get(1));
    this.cropBytes = sidePx * sidePx * 3;
    this.output = manifest.outputs().get(0);
    this.classes = manifest.labels().size();
    this.logits = ByteBuffer.allocateDirect(batch * classes);
    this.embedding =
        manifest.outputs().size() > 1
            ? Optional.of(embedding(manifest.outputs().get(1), batch))
            : Optional.empty();
    this.again =
        Optional.ofNullable(manifest.views())
            .map(
                views ->
                    new Again(
                        views,
                        ByteBuffer.allocateDirect(batch * cropBytes),
                        ByteBuffer.allocateDirect(batch * classes)));
  }

  private static EmbeddingOutput embedding(ModelManifest.Output output, int batch) {
    int width = Integer.parseInt(output.shape().get(1));
    return new EmbeddingOutput(output.name(), width, ByteBuffer.allocateDirect(batch * width));
  }

  /**
   * Runs the network; what it says is there until the next call.
   *
   * @param crops {@code [count,side,side,3]} on native memory, not modified
   * @param more further outputs of the first look
   */
  void read(ByteBuffer crops, int count, Optional<Tensor> more) throws ProblemException {
    List<Tensor> outputs = new ArrayList<>();
    outputs.add(new Tensor(output.name(), logits, count, classes));
    embedding.ifPresent(e -> outputs.add(e.tensor(count)));
    more.ifPresent(outputs::add);
    engine.run(new Tensor(inputName, crops, count, sidePx, sidePx, 3), outputs);
    real = new double[count][];
    for (int i = 0; i < count; i++) {
      real[i] = real(logits, i);
    }
    if (again.isPresent()) {
      lookAgain(crops, again.get());
    }
  }

  /** Real logits {@code [K]} of one crop of the last call. */
  double[] logits(int index) {
    return real[index];
  }

  /** The embedding {@code [D]} of one crop of the last call, from the first look; bytes. */
  Optional<ByteBuffer> embedding(int index) {
    return embedding.map(e -> e.bytes().slice(index * e.width(), e.width()));
  }

  private double[] real(ByteBuffer quantised, int index) {
    double[] out = new double[classes];
    for (int k = 0; k < classes; k++) {
      out[k] = ((quantised.get(index * classes + k) & 0xff) - output.zeroPoint()) * output.scale();
    }
    return out;
  }

  private void lookAgain(ByteBuffer crops, Again more) throws ProblemException {
    List<Integer> undecided = new ArrayList<>();
    for (int i = 0; i < real.length; i++) {
      undecided.add(i);
    }
    for (int seen = 1; seen < more.views().atMost(); seen++) {
      undecided.removeIf(i -> lead(real[i]) >= more.views().leadBelow());
      if (undecided.isEmpty()) {
        return;
      }
      look(crops, undecided, seen, more);
      for (int i = 0; i < undecided.size(); i++) {
        double[] mean = real[undecided.get(i)];
        double[] latest = real(more.logits(), i);
        for (int k = 0; k < classes; k++) {
          mean[k] += (latest[k] - mean[k]) / (seen + 1);
        }
      }
    }
  }

  private void look(ByteBuffer crops, List<Integer> which, int view, Again more)
      throws ProblemException {
    try (PixelArena arena = new PixelArena()) {
      for (int i = 0; i < which.size(); i++) {
        Mat crop = crop(crops, which.get(i), arena);
        CropView.lay(crop, view, crop(more.crops(), i, arena), arena);
      }
    }
    engine.run(
        new Tensor(inputName, more.crops(), which.size(), sidePx, sidePx, 3),
        List.of(new Tensor(output.name(), more.logits(), which.size(), classes)));
  }

  private Mat crop(ByteBuffer batch, int index, PixelArena arena) {
    return arena.over(batch.slice(index * cropBytes, cropBytes), sidePx, sidePx, CvType.CV_8UC3);
  }

  /** By how much the highest logit leads the next. */
  private static double lead(double[] logits) {
    double best = Double.NEGATIVE_INFINITY;
    double next = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      next = Math.max(next, Math.min(best, logit));
      best = Math.max(best, logit);
    }
    return best - next;
  }
}
