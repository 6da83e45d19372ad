package org.kronocyte.infer;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.kronocyte.model.Form;
import org.kronocyte.model.GoldenCells;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.ModelPack;
import org.kronocyte.problem.ProblemException;

/** Opens a pack in one of its forms, and proves at once that this board computes it right. */
public final class Engines {
  private Engines() {}

  /**
   * Opens an engine and replays the pack's golden cells on it.
   *
   * @param threads for one inference
   * @throws ProblemException {@code model_not_reproduced} if an answer is not the one that was
   *     measured; {@code model_refused} if the pack hasn't this form or the library refuses it
   */
  public static Engine open(ModelPack pack, Form form, int threads) throws ProblemException {
    if (!pack.graphs().containsKey(form)) {
      throw new ProblemException(
          "model_refused",
          pack.id() + " has no form '" + form.code() + "'",
          "choose one of " + String.join(", ", codes(pack)) + ", or auto");
    }
    if (pack.site().isPresent()) {
      // The golden answers are the uncorrected model's: the board proves itself on that one.
      open(pack.withoutSite(), form, threads).close();
      return unproven(pack, form, threads);
    }
    Engine engine = unproven(pack, form, threads);
    boolean proven = false;
    try {
      replay(engine, pack, form);
      proven = true;
      return engine;
    } finally {
      if (!proven) {
        engine.close();
      }
    }
  }

  private static Engine unproven(ModelPack pack, Form form, int threads) throws ProblemException {
    return form == Form.TFLITE
        ? TfliteEngine.open(pack, threads)
        : OnnxEngine.open(pack, form, threads);
  }

  private static List<String> codes(ModelPack pack) {
    return pack.graphs().keySet().stream().map(Form::code).toList();
  }

  /**
   * Compares an engine's answers to the golden cells with the pack's.
   *
   * @throws ProblemException {@code model_not_reproduced}
   */
  static void replay(Engine engine, ModelPack pack, Form form) throws ProblemException {
    GoldenCells golden = pack.manifest().golden();
    byte[] expected = golden.answers(form);
    int side = golden.sidePx();
    ByteBuffer image = ByteBuffer.allocateDirect(side * side * 3);
    List<Tensor> outputs = outputs(pack.manifest(), side, 1);
    int at = 0;
    for (int cell = 0; cell < golden.images(); cell++) {
      image.put(0, GoldenCells.draw(cell, side));
      engine.run(new Tensor(pack.manifest().input().name(), image, 1, side, side, 3), outputs);
      int skip = 0;
      for (Tensor output : outputs) {
        for (; skip < output.elements(); skip += golden.step()) {
          int right = at < expected.length ? expected[at] & 0xff : -1;
          int found = output.data().get(skip) & 0xff;
          if (Math.abs(found - right) > golden.tolerance() || right < 0) {
            throw notReproduced(engine, pack, cell, output.name(), found, right);
          }
          at++;
        }
        skip -= output.elements();
      }
    }
    if (at != expected.length) {
      throw notReproduced(engine, pack, golden.images(), "", -1, expected[at] & 0xff);
    }
  }

  /** Memory for the outputs of square images, shapes as the manifest says. */
  public static List<Tensor> outputs(ModelManifest manifest, int side, int images) {
    List<Tensor> out = new ArrayList<>();
    for (ModelManifest.Output output : manifest.outputs()) {
      long[] shape =
          output.shape().stream()
              .mapToLong(
                  d ->
                      switch (d) {
                        case "N" -> images;
                        case "H/2", "W/2" -> side / 2;
                        default -> Long.parseLong(d);
                      })
              .toArray();
      long bytes = 1;
      for (long d : shape) {
        bytes = Math.multiplyExact(bytes, d);
      }
      ByteBuffer memory = ByteBuffer.allocateDirect(Math.toIntExact(bytes));
      out.add(new Tensor(output.name(), memory, shape));
    }
    return out;
  }

  private static ProblemException notReproduced(
      Engine engine, ModelPack pack, int cell, String output, int found, int right) {
    return new ProblemException(
        "model_not_reproduced",
        "%s in %s answers golden cell %d with %d in '%s' where %d (+-%d) is right"
            .formatted(
                pack.id(),
                engine.describe(),
                cell,
                found,
                output,
                right,
                pack.manifest().golden().tolerance()),
        "choose another engine (--engine, models.engine); this board doesn't compute with this one"
            + " what was measured");
  }
}
