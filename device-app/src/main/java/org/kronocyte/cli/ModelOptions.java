package org.kronocyte.cli;

import java.nio.file.Path;
import org.kronocyte.app.Models;
import org.kronocyte.image.Natives;
import org.kronocyte.problem.ProblemException;
import picocli.CommandLine.Option;

/** Which models to use; shared by every command that reads cells. */
final class ModelOptions {
  @Option(
      names = "--models",
      paramLabel = "DIR",
      description = "Folder with the model packs (default: the ones that came with the program).")
  private Path folder;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads for one inference, 1 to 8 (default: ${DEFAULT-VALUE}).")
  private int threads;

  /** Loads the native library and both models. */
  Models load() throws ProblemException {
    Natives.load();
    return Models.load(folder(), Math.max(1, Math.min(8, threads)));
  }

  Path folder() throws ProblemException {
    return folder == null ? Home.folder().resolve("models") : folder;
  }
}
