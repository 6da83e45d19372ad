package org.kronocyte.infer;

import java.util.List;
import org.kronocyte.problem.ProblemException;

/** A loaded model. One call at a time; {@link #close()} frees native memory. */
public interface Engine extends AutoCloseable {
  /**
   * Runs the graph once.
   *
   * @param input read in place
   * @param outputs written in place; their shapes must be what the graph makes of the input
   * @throws ProblemException if the library refuses the tensors
   */
  void run(Tensor input, List<Tensor> outputs) throws ProblemException;

  /** Library and form, e.g. {@code onnxruntime 1.29.0 int8, 1 thread}. */
  String describe();

  @Override
  void close();
}
