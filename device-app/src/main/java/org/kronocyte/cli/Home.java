package org.kronocyte.cli;

import java.nio.file.Path;
import org.kronocyte.problem.ProblemException;

/** Where the program is installed; the launcher says it with {@code -Dkronocyte.home=DIR}. */
final class Home {
  private Home() {}

  /** The folder that holds {@code lib}, {@code models} and {@code dashboard}. */
  static Path folder() throws ProblemException {
    String home = System.getProperty("kronocyte.home");
    if (home == null) {
      throw new ProblemException(
          "home_unknown",
          "the program doesn't know where it is installed (system property kronocyte.home is not set)",
          "start it with the launcher 'kronocyte', or name the models with --models DIR");
    }
    return Path.of(home);
  }
}
