package org.kronocyte.app;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.kronocyte.infer.Engine;
import org.kronocyte.infer.Tensor;
import org.kronocyte.problem.ProblemException;

/**
 * Passes calls on and, while it is asked to, keeps a copy of their tensors, so that they can be run
 * again bare.
 */
final class Recorder implements Engine {
  /** One call's tensors. */
  record Call(Tensor input, List<Tensor> outputs) {}

  private final Engine engine;
  private List<Call> calls = new ArrayList<>();
  private boolean recording;

  Recorder(Engine engine) {
    this.engine = engine;
  }

  /** Begins to keep calls. */
  void record() {
    calls = new ArrayList<>();
    recording = true;
  }

  /** Ends to keep calls. */
  List<Call> recorded() {
    recording = false;
    return List.copyOf(calls);
  }

  /** Runs calls again, past the recorder. */
  void replay(List<Call> recorded) throws ProblemException {
    for (Call call : recorded) {
      engine.run(call.input(), call.outputs());
    }
  }

  @Override
  public void run(Tensor input, List<Tensor> outputs) throws ProblemException {
    if (recording) {
      calls.add(new Call(copy(input), outputs.stream().map(Recorder::copy).toList()));
    }
    engine.run(input, outputs);
  }

  private static Tensor copy(Tensor tensor) {
    ByteBuffer data = ByteBuffer.allocateDirect(tensor.elements());
    data.put(tensor.data().duplicate().clear().limit(tensor.elements())).clear();
    return new Tensor(tensor.name(), data, tensor.shape());
  }

  @Override
  public String describe() {
    return engine.describe();
  }

  @Override
  public void close() {
    engine.close();
  }
}
