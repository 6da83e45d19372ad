package org.kronocyte.infer;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.kronocyte.model.Form;
import org.kronocyte.model.LayerWeights;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.RealTensor;
import org.kronocyte.problem.ProblemException;

/** ONNX Runtime on the CPU. */
public final class OnnxEngine implements Engine {
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final String description;

  private OnnxEngine(OrtEnvironment environment, OrtSession session, String description) {
    this.environment = environment;
    this.session = session;
    this.description = description;
  }

  /**
   * Opens the int8 form.
   *
   * @see #open(ModelPack, Form, int)
   */
  public static OnnxEngine open(ModelPack pack, int threads) throws ProblemException {
    return open(pack, Form.ONNX, threads);
  }

  /**
   * Builds a session from a graph and its weights. The weights are copied.
   *
   * @param form any but TensorFlow Lite's
   * @param threads for one inference, at least 1; more than one rarely helps tiles of this size
   * @throws ProblemException {@code model_refused} if the library doesn't take the graph
   */
  public static OnnxEngine open(ModelPack pack, Form form, int threads) throws ProblemException {
    OrtEnvironment environment = OnnxRuntime.environment();
    Map<String, OnnxTensor> weights = new HashMap<>();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      // Fields come in a few sizes; a remembered plan for each would only hold memory.
      options.setMemoryPatternOptimization(false);
      if (form.int8()) {
        for (LayerWeights layer : pack.weights()) {
          addTensors(environment, layer, weights);
        }
      } else {
        for (RealTensor real : pack.realWeights(form == Form.ONNX_FACTORED)) {
          ByteBuffer values = floats(real.values());
          weights.put(real.name(), tensor(environment, values, real.shape(), OnnxJavaType.FLOAT));
        }
      }
      options.addExternalInitializers(Map.copyOf(weights));
      OrtSession session = environment.createSession(pack.graphs().get(form), options);
      return new OnnxEngine(
          environment,
          session,
          "onnxruntime %s %s, %d %s"
              .formatted(environment.getVersion(), precision(form), threads, threads(threads)));
    } catch (OrtException e) {
      throw new ProblemException(
          "model_refused",
          "ONNX Runtime refused the graph of " + pack.id() + " (" + e.getMessage() + ")",
          "use a pack made for this version of the program",
          e);
    } finally {
      weights.values().forEach(OnnxTensor::close);
    }
  }

  private static String precision(Form form) {
    return form.int8() ? "int8" : form == Form.ONNX_FACTORED ? "float32 factored" : "float32";
  }

  private static String threads(int count) {
    return count == 1 ? "thread" : "threads";
  }

  private static void addTensors(
      OrtEnvironment environment, LayerWeights layer, Map<String, OnnxTensor> into)
      throws OrtException {
    long[] weightShape = Arrays.stream(layer.shape()).asLongStream().toArray();
    long[] channelShape = {layer.weightScale().length};
    ByteBuffer weight = direct(layer.weight().length).put(layer.weight()).flip();
    ByteBuffer bias = direct(layer.bias().length * Integer.BYTES);
    bias.asIntBuffer().put(layer.bias());
    ByteBuffer weightScale = floats(layer.weightScale());
    ByteBuffer biasScale = floats(layer.biasScale());
    String name = layer.name();
    into.put(name + ".weight", tensor(environment, weight, weightShape, OnnxJavaType.INT8));
    into.put(
        name + ".weight_scale", tensor(environment, weightScale, channelShape, OnnxJavaType.FLOAT));
    into.put(name + ".bias", tensor(environment, bias, channelShape, OnnxJavaType.INT32));
    into.put(
        name + ".bias_scale", tensor(environment, biasScale, channelShape, OnnxJavaType.FLOAT));
  }

  private static ByteBuffer floats(float[] values) {
    ByteBuffer bytes = direct(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    return bytes;
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  private static OnnxTensor tensor(
      OrtEnvironment environment, ByteBuffer data, long[] shape, OnnxJavaType type)
      throws OrtException {
    return OnnxTensor.createTensor(environment, data, shape, type);
  }

  @Override
  public void run(Tensor input, List<Tensor> outputs) throws ProblemException {
    Map<String, OnnxTensor> pinned = new HashMap<>();
    try (OnnxTensor in = wrap(input)) {
      for (Tensor output : outputs) {
        pinned.put(output.name(), wrap(output));
      }
      // The result only holds the pinned tensors again; closing it frees nothing of ours.
      session.run(Map.of(input.name(), in), pinned).close();
    } catch (OrtException e) {
      throw new ProblemException(
          "inference_failed",
          "the model refused a tensor of shape "
              + Arrays.toString(input.shape())
              + " ("
              + e.getMessage()
              + ")",
          "verify the model pack with 'kronocyte doctor'",
          e);
    } finally {
      pinned.values().forEach(OnnxTensor::close);
    }
  }

  private OnnxTensor wrap(Tensor tensor) throws OrtException {
    ByteBuffer exact =
        tensor.data().duplicate().order(ByteOrder.nativeOrder()).clear().limit(tensor.elements());
    return OnnxTensor.createTensor(environment, exact, tensor.shape(), OnnxJavaType.UINT8);
  }

  @Override
  public String describe() {
    return description;
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
