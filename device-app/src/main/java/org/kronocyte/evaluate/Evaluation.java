package org.kronocyte.evaluate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kronocyte.problem.ProblemException;

/** Runs contestants over a set, image by image. One thread. */
public final class Evaluation {
  /** Told how far the work is. */
  public interface Progress {
    /** One more image is done. */
    void done(int images, int of);
  }

  private final Path data;
  private final boolean heldOutOnly;

  /**
   * @param data the folder that holds {@code masks} and {@code fields}
   * @param heldOutOnly leave out images that models were trained on
   */
  public Evaluation(Path data, boolean heldOutOnly) {
    this.data = data;
    this.heldOutOnly = heldOutOnly;
  }

  /** One score a contestant, in their order. An image that fails is left out and listed. */
  public List<SetScore> run(TruthSet set, List<Contestant> contestants, Progress progress)
      throws ProblemException {
    TruthReader reader = new TruthReader(set, data);
    Comparison comparison = new Comparison(set);
    List<Path> images = reader.images(heldOutOnly);
    List<SetScore> out = new ArrayList<>();
    int done = 0;
    for (Contestant contestant : contestants) {
      List<ImageScore> scores = new ArrayList<>();
      List<SetScore.Failure> failures = new ArrayList<>();
      for (Path image : images) {
        try {
          Truth truth = reader.read(image);
          Score score = comparison.of(truth, contestant.find(truth));
          scores.add(new ImageScore(truth.stem(), score));
        } catch (ProblemException e) {
          failures.add(new SetScore.Failure(Truth.stem(image), e.problem()));
        }
        progress.done(++done, images.size() * contestants.size());
      }
      out.add(new SetScore(set, contestant.name(), scores, failures));
    }
    return out;
  }
}
