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
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;

/**
 * Asks the network about a batch of crops, and about those it is undecided on once more, mirrored
 * left to right: a cell has no left and right, so that the mean of both logits is the better guess
 * where they differ. How undecided is the pack's word; one without it is asked once.
 *
 * <p>Native memory is what two batches take. One thread; the engine stays the caller's.
 */
final class CropReader {
  private static final int LEFT_TO_RIGHT = 1;

  private final Engine engine;
  private final String inputName;
  private final int sidePx;
  private final int cropBytes;
  private final ModelManifest.Output output;
  private final int classes;
  private final ByteBuffer logits;
  private final Optional<EmbeddingOutput> embedding;
  private final Optional<Mirror> mirror;
  private double[][] real = {};

  /** The second output of a pack that has one. */
  private record EmbeddingOutput(String name, int width, ByteBuffer bytes) {
    Tensor tensor(int count) {
      return new Tensor(name, bytes, count, width);
    }
  }

  /** For the second look. */
  private record Mirror(double leadBelow, ByteBuffer crops, ByteBuffer logits) {}

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
    this.mirror =
        Optional.ofNullable(manifest.mirror())
            .map(
                m ->
                    new Mirror(
                        m.leadBelow(),
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
    if (mirror.isPresent()) {
      lookAgain(crops, mirror.get());
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

  private void lookAgain(ByteBuffer crops, Mirror second) throws ProblemException {
    List<Integer> undecided = new ArrayList<>();
    for (int i = 0; i < real.length; i++) {
      if (lead(real[i]) < second.leadBelow()) {
        mirror(crops, i * cropBytes, second.crops(), undecided.size() * cropBytes);
        undecided.add(i);
      }
    }
    if (undecided.isEmpty()) {
      return;
    }
    int count = undecided.size();
    engine.run(
        new Tensor(inputName, second.crops(), count, sidePx, sidePx, 3),
        List.of(new Tensor(output.name(), second.logits(), count, classes)));
    for (int i = 0; i < count; i++) {
      double[] first = real[undecided.get(i)];
      double[] mirrored = real(second.logits(), i);
      for (int k = 0; k < classes; k++) {
        first[k] = (first[k] + mirrored[k]) / 2;
      }
    }
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

  private void mirror(ByteBuffer from, int at, ByteBuffer to, int toAt) {
    try (PixelArena arena = new PixelArena()) {
      Mat crop = arena.over(from.slice(at, cropBytes), sidePx, sidePx, CvType.CV_8UC3);
      Mat mirrored = arena.over(to.slice(toAt, cropBytes), sidePx, sidePx, CvType.CV_8UC3);
      Core.flip(crop, mirrored, LEFT_TO_RIGHT);
    }
  }
}
