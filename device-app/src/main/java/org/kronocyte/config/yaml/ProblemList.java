package org.kronocyte.config.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.kronocyte.problem.Problem;
import org.kronocyte.problem.ProblemException;

/** Collects what is wrong with one file, so that a person fixes all of it in one go. One thread. */
public final class ProblemList {
  /** More than this many only hide the first ones. */
  static final int MAX_REPORTED = 50;

  private final String fileName;
  private final List<Problem> problems = new ArrayList<>();

  /**
   * @param fileName how the file is called in messages
   */
  public ProblemList(String fileName) {
    this.fileName = fileName;
  }

  /** Notes a problem and goes on. */
  public void add(String code, String message, String remedy) {
    add(new Problem(code, message, remedy));
  }

  /** Notes a problem and goes on. */
  public void add(Problem problem) {
    problems.add(problem);
  }

  /** The problems so far, in the order found. */
  public List<Problem> problems() {
    return List.copyOf(problems);
  }

  /**
   * Ends the reading.
   *
   * @throws ProblemException with the problem's own code if there is one, with {@code
   *     config_invalid} and a numbered list if there are several
   */
  public void throwIfAny() throws ProblemException {
    if (problems.isEmpty()) {
      return;
    }
    if (problems.size() == 1) {
      Problem only = problems.get(0);
      throw new ProblemException(only.code(), fileName + ": " + only.message(), only.remedy());
    }
    StringBuilder list = new StringBuilder();
    list.append(fileName).append(" has ").append(problems.size()).append(" problems:");
    int number = 0;
    for (Problem problem : problems.stream().limit(MAX_REPORTED).collect(Collectors.toList())) {
      number++;
      list.append("\n  ").append(number).append(". ").append(problem.sentence());
    }
    throw new ProblemException(
        "config_invalid", list.toString(), "correct each of them and start again");
  }
}
