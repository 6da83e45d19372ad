package org.kronocyte.infer;

import static org.bytedeco.tensorflowlite.global.tensorflowlite.TfLiteTensorByteSize;
import static org.bytedeco.tensorflowlite.global.tensorflowlite.TfLiteTensorData;
import static org.bytedeco.tensorflowlite.global.tensorflowlite.TfLiteTensorDim;
import static org.bytedeco.tensorflowlite.global.tensorflowlite.TfLiteTensorName;
import static org.bytedeco.tensorflowlite.global.tensorflowlite.TfLiteTensorNumDims;
import static org.bytedeco.tensorflowlite.global.tensorflowlite.TfLiteTensorType;
import static org.bytedeco.tensorflowlite.global.tensorflowlite.TfLiteVersion;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorflowlite.BuiltinOpResolverWithXNNPACK;
import org.bytedeco.tensorflowlite.FlatBufferModel;
import org.bytedeco.tensorflowlite.Interpreter;
import org.bytedeco.tensorflowlite.InterpreterBuilder;
import org.bytedeco.tensorflowlite.TfLiteTensor;
import org.kronocyte.model.Form;
import org.kronocyte.model.ModelPack;
import org.kronocyte.problem.ProblemException;

/**
 * TensorFlow Lite with its fast kernels (XNNPACK) on the CPU. Images of a batch run one by one: a
 * larger batch takes as long an image, and memory stays that of one.
 */
public final class TfliteEngine implements Engine {
  private static final int INT8 = 9;
  private static final int OK = 0;

  /** Native objects in order of making; each may use those before it. */
  private final Deque<Pointer> owned = new ArrayDeque<>();

  private final ByteBuffer file;
  private final Interpreter interpreter;
  private final String description;
  private final Map<String, Integer> outputs = new TreeMap<>();
  private final String inputName;
  private int[] shape = {};

  private TfliteEngine(ByteBuffer file, int threads, String id) throws ProblemException {
    this.file = file;
    boolean complete = false;
    try {
      BytePointer bytes = own(new BytePointer(this.file));
      FlatBufferModel model =
          own(FlatBufferModel.VerifyAndBuildFromBuffer(bytes, this.file.capacity()));
      require(model != null && !model.isNull(), id, "it is no valid file");
      BuiltinOpResolverWithXNNPACK operators = own(new BuiltinOpResolverWithXNNPACK(false));
      InterpreterBuilder builder = own(new InterpreterBuilder(model, operators));
      require(builder.SetNumThreads(threads) == OK, id, threads + " threads");
      interpreter = own(new Interpreter((Pointer) null));
      require(
          builder.apply(interpreter) == OK && !interpreter.isNull(), id, "it can't be interpreted");
      require(interpreter.AllocateTensors() == OK, id, "its tensors don't fit each other");
      inputName = name(interpreter.input_tensor(0));
      require(TfLiteTensorType(interpreter.input_tensor(0)) == INT8, id, "its input isn't int8");
      int count = (int) interpreter.outputs().limit();
      for (int i = 0; i < count; i++) {
        TfLiteTensor output = interpreter.output_tensor(i);
        require(TfLiteTensorType(output) == INT8, id, "an output isn't int8");
        outputs.put(name(output), i);
      }
      description =
          "tflite %s int8, %d %s"
              .formatted(TfLiteVersion().getString(), threads, threads == 1 ? "thread" : "threads");
      complete = true;
    } finally {
      if (!complete) {
        close();
      }
    }
  }

  /**
   * Puts the weights into the graph and makes an interpreter of it.
   *
   * @param threads for one inference, at least 1
   * @throws ProblemException {@code engine_unavailable} without a library for this machine, {@code
   *     model_refused} if the library doesn't take the graph
   */
  public static TfliteEngine open(ModelPack pack, int threads) throws ProblemException {
    if (!pack.graphs().containsKey(Form.TFLITE)) {
      throw refused(pack.id(), "the pack has no such form");
    }
    TfliteNatives.load();
    return new TfliteEngine(TfliteFile.assemble(pack), threads, pack.id());
  }

  private <T extends Pointer> T own(T made) {
    if (made != null) {
      owned.push(made);
    }
    return made;
  }

  private static void require(boolean holds, String id, String otherwise) throws ProblemException {
    if (!holds) {
      throw refused(id, otherwise);
    }
  }

  private static ProblemException refused(String id, String why) {
    return new ProblemException(
        "model_refused",
        "TensorFlow Lite refused the graph of " + id + " (" + why + ")",
        "use another engine (--engine onnx), or a pack made for this version of the program");
  }

  private static String name(TfLiteTensor tensor) {
    return TfLiteTensorName(tensor).getString();
  }

  @Override
  public void run(Tensor input, List<Tensor> wanted) throws ProblemException {
    long[] dims = input.shape();
    if (!input.name().equals(inputName) || dims.length != 4) {
      throw failed(input, "it has one input '" + inputName + "' of four dimensions");
    }
    int images = (int) dims[0];
    fit(input, new int[] {1, (int) dims[1], (int) dims[2], (int) dims[3]});
    for (Tensor output : wanted) {
      check(input, output, images);
    }
    int imageBytes = input.elements() / images;
    for (int i = 0; i < images; i++) {
      TfLiteTensor image = interpreter.input_tensor(0);
      signFlipped(input.data(), i * imageBytes, view(image), 0, imageBytes);
      if (interpreter.Invoke() != OK) {
        throw failed(input, "the run failed");
      }
      for (Tensor output : wanted) {
        // Fetched anew after each run: an older address may be stale.
        TfLiteTensor result = interpreter.output_tensor(outputs.get(output.name()));
        int bytes = output.elements() / images;
        signFlipped(view(result), 0, output.data(), i * bytes, bytes);
      }
    }
  }

  private void fit(Tensor input, int[] wanted) throws ProblemException {
    if (Arrays.equals(shape, wanted)) {
      return;
    }
    shape = new int[0];
    if (interpreter.ResizeInputTensorStrict(interpreter.inputs().get(0), wanted) != OK
        || interpreter.AllocateTensors() != OK) {
      throw failed(input, "the graph doesn't take this size");
    }
    shape = wanted;
  }

  /** Dimensions must agree but for those of one element, which the form leaves in or out. */
  private void check(Tensor input, Tensor output, int images) throws ProblemException {
    Integer index = outputs.get(output.name());
    if (index == null) {
      throw failed(input, "there is no output '" + output.name() + "'");
    }
    TfLiteTensor made = interpreter.output_tensor(index);
    long[] found = new long[TfLiteTensorNumDims(made)];
    for (int i = 0; i < found.length; i++) {
      found[i] = i == 0 ? images : TfLiteTensorDim(made, i);
    }
    long[] asked = output.shape();
    if (asked[0] != images || !Arrays.equals(withoutOnes(found), withoutOnes(asked))) {
      throw failed(
          input,
          "output '%s' has shape %s, not %s"
              .formatted(output.name(), Arrays.toString(found), Arrays.toString(asked)));
    }
  }

  private static long[] withoutOnes(long[] dims) {
    return Arrays.stream(dims).filter(d -> d != 1).toArray();
  }

  private static ProblemException failed(Tensor input, String why) {
    return new ProblemException(
        "inference_failed",
        "the model refused tensor '"
            + input.name()
            + "' of shape "
            + Arrays.toString(input.shape())
            + " ("
            + why
            + ")",
        "verify the model pack with 'kronocyte doctor'");
  }

  private static ByteBuffer view(TfLiteTensor tensor) {
    BytePointer data = TfLiteTensorData(tensor).getPointer(BytePointer.class);
    return data.capacity(TfLiteTensorByteSize(tensor)).asByteBuffer();
  }

  /** uint8 to int8 or back: 128 less is the highest bit flipped. Eight bytes at a time. */
  private static void signFlipped(
      ByteBuffer from, int fromAt, ByteBuffer to, int toAt, int length) {
    // Duplicates begin with one byte order, whatever the originals have.
    ByteBuffer in = from.duplicate();
    ByteBuffer out = to.duplicate();
    int i = 0;
    for (; i + Long.BYTES <= length; i += Long.BYTES) {
      out.putLong(toAt + i, in.getLong(fromAt + i) ^ 0x8080808080808080L);
    }
    for (; i < length; i++) {
      out.put(toAt + i, (byte) (in.get(fromAt + i) ^ 0x80));
    }
  }

  @Override
  public String describe() {
    return description;
  }

  @Override
  public void close() {
    while (!owned.isEmpty()) {
      owned.pop().close();
    }
  }
}
