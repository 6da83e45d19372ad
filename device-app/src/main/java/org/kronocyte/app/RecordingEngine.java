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
final class RecordingEngine implements Engine {
  private record Call(Tensor input, List<Tensor> outputs) {}

  private final Engine engine;
  private final List<Call> calls = new ArrayList<>();
  private boolean recording;

  RecordingEngine(Engine engine) {
    this.engine = engine;
  }

  void record(boolean on) {
    recording = on;
    if (on) {
      calls.clear();
    }
  }

  /** Runs every recorded call once and returns the time it took. */
  long replayNanos() throws ProblemException {
    long start = System.nanoTime();
    for (Call call : calls) {
      engine.run(call.input(), call.outputs());
    }
    return System.nanoTime() - start;
  }

  @Override
  public void run(Tensor input, List<Tensor> outputs) throws ProblemException {
    if (recording) {
      calls.add(new Call(copy(input), outputs.stream().map(RecordingEngine::copy).toList()));
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
