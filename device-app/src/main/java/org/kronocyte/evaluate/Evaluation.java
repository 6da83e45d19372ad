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

  /**
   * One score a contestant, in their order. An image that fails is left out and listed. All see an
   * image before any sees the next, so that masks can be compared and needn't be kept.
   */
  public List<SetScore> run(TruthSet set, List<Contestant> contestants, Progress progress)
      throws ProblemException {
    TruthReader reader = new TruthReader(set, data);
    Comparison comparison = new Comparison(set);
    List<Path> images = reader.images(heldOutOnly);
    List<Sheet> sheets = contestants.stream().map(Sheet::new).toList();
    int done = 0;
    for (Path image : images) {
      FoundCells first = null;
      for (int place = 0; place < sheets.size(); place++) {
        Sheet sheet = sheets.get(place);
        try {
          Truth truth = reader.read(image);
          FoundCells found = sheet.contestant().find(truth);
          MaskAgreement agreement =
              first == null ? MaskAgreement.NONE : MaskAgreement.of(first, found);
          if (place == 0) {
            first = found;
          }
          sheet.scores().add(new ImageScore(truth.stem(), comparison.of(truth, found), agreement));
        } catch (ProblemException e) {
          sheet.failures().add(new SetScore.Failure(Truth.stem(image), e.problem()));
        }
        progress.done(++done, images.size() * contestants.size());
      }
    }
    return sheets.stream()
        .map(s -> new SetScore(set, s.contestant().name(), s.scores(), s.failures()))
        .toList();
  }

  /** What is written down of one contestant. */
  private record Sheet(
      Contestant contestant, List<ImageScore> scores, List<SetScore.Failure> failures) {
    Sheet(Contestant contestant) {
      this(contestant, new ArrayList<>(), new ArrayList<>());
    }
  }
}
