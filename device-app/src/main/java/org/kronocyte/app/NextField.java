package org.kronocyte.app;

import java.util.Optional;
import org.kronocyte.image.Frame;
import org.kronocyte.problem.ProblemException;

/**
 * A field on its way from the first step of reading to the second, or the reason why there is none.
 * Owns its frame.
 *
 * @param frame empty if there was none to read
 * @param prepared empty if there is a problem
 * @param problem empty if the first step went well
 */
record NextField(
    Optional<Frame> frame,
    Optional<FieldReader.Prepared> prepared,
    Optional<ProblemException> problem)
    implements WorkAhead.Item {
  /** The first step of reading. */
  interface Step {
    FieldReader.Prepared of(Frame frame) throws ProblemException;
  }

  /** Nothing to read for now: time for what must wait for a pause. */
  static NextField pause() {
    return new NextField(Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Whether it is {@link #pause}. */
  boolean isPause() {
    return frame.isEmpty() && problem.isEmpty();
  }

  /** An image that can't be read at all. */
  static NextField unreadable(ProblemException problem) {
    return new NextField(Optional.empty(), Optional.empty(), Optional.of(problem));
  }

  /** Takes the first step with a frame, which is taken over. */
  static NextField of(Frame frame, Step step) {
    try {
      return new NextField(Optional.of(frame), Optional.of(step.of(frame)), Optional.empty());
    } catch (ProblemException e) {
      return new NextField(Optional.of(frame), Optional.empty(), Optional.of(e));
    } catch (RuntimeException e) {
      frame.close();
      throw e;
    }
  }

  /** What the first step made, or its problem. */
  FieldReader.Prepared orThrow() throws ProblemException {
    if (problem.isPresent()) {
      throw problem.get();
    }
    return prepared.orElseThrow();
  }

  @Override
  public void close() {
    prepared.ifPresent(FieldReader.Prepared::close);
    frame.ifPresent(Frame::close);
  }
}
