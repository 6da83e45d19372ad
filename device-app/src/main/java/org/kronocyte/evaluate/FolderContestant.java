package org.kronocyte.evaluate;

import java.nio.file.Path;
import org.kronocyte.problem.ProblemException;

/** Results that somebody wrote earlier; see {@link PredictionReader}. */
public record FolderContestant(String name, PredictionReader results) implements Contestant {
  /** The results of a folder, which gives them its name. */
  public static FolderContestant of(Path folder) {
    return new FolderContestant(
        folder.toAbsolutePath().normalize().getFileName().toString(), new PredictionReader(folder));
  }

  @Override
  public FoundCells find(Truth truth) throws ProblemException {
    return results.read(truth);
  }
}
