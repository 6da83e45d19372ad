package org.kronocyte.problem;

/**
 * Checked carrier of a {@link Problem}; thrown wherever input, configuration or hardware isn't as
 * it must be.
 */
public final class ProblemException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  public ProblemException(String code, String message, String remedy) {
    this(new Problem(code, message, remedy), null);
  }

  public ProblemException(String code, String message, String remedy, Throwable cause) {
    this(new Problem(code, message, remedy), cause);
  }

  public ProblemException(Problem problem, Throwable cause) {
    super(problem.sentence(), cause);
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }
}
