package org.kronocyte.infer;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.kronocyte.model.LayerWeights;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.SiteCalibration;
import org.kronocyte.problem.ProblemException;

/**
 * Runs a pack's calibration graph: the classifier in float32 on all cells of a site at once, every
 * layer corrected towards what it saw in training. Some tens of megabytes for some hundred cells;
 * meant for one run of a few seconds, not for fields. One thread.
 */
public final class CalibrationRun implements AutoCloseable {
  private static final String GAIN = ".gain";
  private static final String SHIFT = ".shift";

  private final OrtEnvironment environment;
  private final OrtSession session;

  private CalibrationRun(OrtEnvironment environment, OrtSession session) {
    this.environment = environment;
    this.session = session;
  }

  /**
   * What one run found.
   *
   * @param logits {@code [N,K]} of the corrected network
   * @param corrections of each corrected layer
   */
  public record Result(float[][] logits, Map<String, SiteCalibration.Correction> corrections) {}

  /**
   * Opens a pack's calibration graph.
   *
   * @throws ProblemException {@code model_cannot_calibrate} if the pack has no such graph
   */
  public static CalibrationRun open(ModelPack pack) throws ProblemException {
    byte[] graph = pack.calibrationGraph();
    OrtEnvironment environment = OnnxRuntime.environment();
    Map<String, OnnxTensor> weights = new HashMap<>();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      for (LayerWeights layer : pack.weights()) {
        addTensors(environment, layer, weights);
      }
      options.addExternalInitializers(Map.copyOf(weights));
      return new CalibrationRun(environment, environment.createSession(graph, options));
    } catch (OrtException e) {
      throw new ProblemException(
          "model_refused",
          "ONNX Runtime refused the calibration graph of "
              + pack.id()
              + " ("
              + e.getMessage()
              + ")",
          "use a pack made for this version of the program",
          e);
    } finally {
      weights.values().forEach(OnnxTensor::close);
    }
  }

  /** The int8 weights as real numbers: what is calibrated is what will run. */
  private static void addTensors(
      OrtEnvironment environment, LayerWeights layer, Map<String, OnnxTensor> into)
      throws OrtException {
    int outputs = layer.weightScale().length;
    int row = layer.weight().length / outputs;
    FloatBuffer kernel = floats(layer.weight().length);
    FloatBuffer bias = floats(outputs);
    for (int o = 0; o < outputs; o++) {
      for (int k = o * row; k < (o + 1) * row; k++) {
        kernel.put(k, layer.weight()[k] * layer.weightScale()[o]);
      }
      bias.put(o, layer.bias()[o] * layer.biasScale()[o]);
    }
    long[] shape = new long[layer.shape().length];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = layer.shape()[i];
    }
    into.put(layer.name() + ".kernel", OnnxTensor.createTensor(environment, kernel, shape));
    into.put(
        layer.name() + ".bias", OnnxTensor.createTensor(environment, bias, new long[] {outputs}));
  }

  private static FloatBuffer floats(int count) {
    return ByteBuffer.allocateDirect(count * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  /**
   * Corrects and classifies all cells.
   *
   * @param cells uint8 {@code [N,side,side,3]}, direct
   * @param mix share of each class among them, sums to 1
   * @param strength 0 changes nothing, 1 corrects fully
   */
  public Result run(ByteBuffer cells, int count, int sidePx, float[] mix, float strength)
      throws ProblemException {
    long[] shape = {count, sidePx, sidePx, 3};
    try (OnnxTensor image =
            OnnxTensor.createTensor(
                environment,
                cells.duplicate().clear().limit(count * sidePx * sidePx * 3),
                shape,
                OnnxJavaType.UINT8);
        OnnxTensor shares = OnnxTensor.createTensor(environment, new float[][] {mix});
        OnnxTensor amount = OnnxTensor.createTensor(environment, new float[] {strength});
        OrtSession.Result result =
            session.run(Map.of("image", image, "mix", shares, "strength", amount))) {
      Map<String, float[]> vectors = new LinkedHashMap<>();
      float[][] logits = null;
      for (Map.Entry<String, ai.onnxruntime.OnnxValue> output : result) {
        Object value = output.getValue().getValue();
        if (value instanceof float[] vector) {
          vectors.put(output.getKey(), vector);
        } else if (value instanceof float[][] table) {
          logits = table;
        }
      }
      return new Result(logits, corrections(vectors));
    } catch (OrtException e) {
      throw new ProblemException(
          "inference_failed",
          "the calibration graph refused " + count + " cells (" + e.getMessage() + ")",
          "verify the model pack with 'kronocyte doctor'",
          e);
    }
  }

  private static Map<String, SiteCalibration.Correction> corrections(Map<String, float[]> vectors) {
    Map<String, SiteCalibration.Correction> out = new LinkedHashMap<>();
    vectors.forEach(
        (name, gain) -> {
          if (name.endsWith(GAIN)) {
            String layer = name.substring(0, name.length() - GAIN.length());
            out.put(layer, new SiteCalibration.Correction(gain, vectors.get(layer + SHIFT)));
          }
        });
    return out;
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime could not free a session", e);
    }
  }
}
